import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { completionScript } from '../../src/cli/program/completion-script.ts'
import { buildProgram, everyCommand } from '../../src/cli/program/program.ts'

const program = buildProgram()
const script = completionScript(program, 'bash')

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const ask = `COMP_WORDS=(tocsin "$@"); COMP_CWORD=$#; _tocsin; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', `${script}\n${ask}`, 'bash', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '')
}

test('bash completes commands, commands below them, values and options', () => {
  expect(offered('')).toEqual(expect.arrayContaining(program.commands.map((command) => command.name())))
  expect(offered('se')).toEqual(['send'])
  expect(offered('tokens', 'r')).toEqual(['revoke'])
  expect(offered('tokens', 'add', '--sc')).toEqual(['--scopes'])
  expect(offered('completion', 'z')).toEqual(['zsh'])
  expect(offered('send', 'harbour-strike', '--dr')).toEqual(['--dry-run'])
  expect(offered('nonsense', '--')).toEqual([])
  for (const command of program.commands.filter(({ commands }) => commands.length === 0))
    expect(offered(command.name(), '--')).toEqual([...command.options.map(({ long }) => long), '--help'])
})

test('the script for zsh names every command and option', () => {
  const zsh = completionScript(program, 'zsh')
  for (const command of everyCommand(program)) for (const { long } of command.options) expect(zsh).toContain(long)
  execFileSync('bash', ['-n', '-c', script])
})
