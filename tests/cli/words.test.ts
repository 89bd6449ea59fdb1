import { expect, test } from 'vitest'
import { ApiError } from '../../src/cli/client.ts'
import { Mistake, NoServer, NotWanted, WrongUsage } from '../../src/cli/command.ts'
import { buildProgram, everyCommand } from '../../src/cli/program/program.ts'
import { statusOf, wordsOf } from '../../src/cli/program/run.ts'

async function answerTo(args: string[]): Promise<string> {
  const printed: string[] = []
  const program = buildProgram()
  for (const command of everyCommand(program)) {
    const { outputError } = command.configureOutput()
    command.configureOutput({ writeErr: (text) => printed.push(text), ...(outputError && { outputError }) })
  }
  await program.parseAsync(args, { from: 'user' }).catch(() => undefined)
  return printed.join('').split('\n')[0] ?? ''
}

test('a fault in the command line names the option or argument, what was found and what was expected', async () => {
  const send = ['send', 'harbour-strike']
  expect(await answerTo([...send, '--rate', '0'])).toBe('--rate: found 0; expected a number above 0')
  expect(await answerTo([...send, '--rate', "it's"])).toBe("--rate: found it's; expected a number above 0")
  expect(await answerTo([...send, '--email', 'apeal'])).toBe(
    '--email: found apeal; expected one of appeal, update, correction.',
  )
  expect(await answerTo([...send, '--at', '--dry-run'])).toBe('--at: found --dry-run; expected a value, not an option')
  expect(await answerTo(['tokens', 'add', 'Maria'])).toBe(
    'name: found Maria; expected up to 40 lower-case letters, digits and -',
  )
  expect(await answerTo(['completion', 'fish'])).toBe('shell: found fish; expected one of bash, zsh.')
  expect(await answerTo(['send'])).toBe("Missing required argument 'campaign'")
})

test('errors of files are words with the path, and no code of Node', () => {
  for (const code of ['ENOENT', 'EEXIST', 'EACCES', 'EISDIR', 'ENOTDIR', 'ENOSPC', 'EROFS', 'EPERM']) {
    const error = Object.assign(new Error(`${code}: open 'list.csv'`), { code, path: 'list.csv' })
    expect(wordsOf(error)).toMatch(/^list\.csv: [a-z ,;:-]+$/)
    expect(statusOf(error)).toBe(1)
  }
  expect(wordsOf(new TypeError('x is not a function'))).not.toMatch(/\n {4}at /)
})

test('the exit status says whose fault it is', () => {
  const errors = [
    new ApiError('refused', undefined),
    new Mistake('x'),
    new Error('x'),
    new WrongUsage('x'),
    new NoServer('http://127.0.0.1:9', 'ECONNREFUSED'),
    new NotWanted('x'),
  ]
  expect(errors.map(statusOf)).toEqual([1, 1, 1, 2, 3, 4])
})
