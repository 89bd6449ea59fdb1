import { type Command, CommanderError } from 'commander'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildProgram, everyCommand } from '../../src/cli/program/program.ts'

/** A program in which no command does anything, with what it printed and which commands it would have run. */
function idleProgram() {
  const program = buildProgram()
  const [acted, printed]: [string[], string[]] = [[], []]
  for (const command of everyCommand(program)) {
    command.configureOutput({ writeErr: (text) => printed.push(text), writeOut: (text) => printed.push(text) })
    if (command.commands.length === 0) command.action(() => void acted.push(command.name()))
  }
  return { program, acted, printed }
}

/** What becomes of a command line: the commands that act, and the fault that ends it. */
async function typed(args: readonly string[]) {
  const { program, acted, printed } = idleProgram()
  const fault = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { acted, printed: printed.join(''), fault }
}

const pathOf = (command: Command): string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()]

const commands = everyCommand(buildProgram()).filter(({ commands }) => commands.length === 0)
const options = commands.flatMap((command) =>
  command.options.flatMap(({ long, required }) => (long ? [{ command, long, required }] : [])),
)

/** Arguments that a command needs before its options. */
const needed = (command: Command): string[] =>
  command.registeredArguments.filter(({ required }) => required).map(({ argChoices }) => argChoices?.[0] ?? 'x')

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** A name with one letter changed, dropped, added or swapped with its neighbour. */
const slips = (name: string): fc.Arbitrary<string> =>
  fc
    .record({
      at: fc.nat(name.length - 1),
      letter: fc.constantFrom(...LETTERS),
      kind: fc.constantFrom('change', 'drop', 'add', 'swap'),
    })
    .map(({ at, letter, kind }) => {
      const [before, rest] = [name.slice(0, at), name.slice(at)]
      if (kind === 'change') return before + letter + rest.slice(1)
      if (kind === 'drop') return before + rest.slice(1)
      if (kind === 'add') return before + letter + rest
      return before + (rest[1] ?? '') + (rest[0] ?? '') + rest.slice(2)
    })

test('every option of every command, with one letter wrong, does nothing and is answered with the right name', async () => {
  expect(options.length).toBeGreaterThan(50)
  for (const { command, long, required } of options) {
    const known = [...command.options.map((option) => option.long), '--help']
    const slip = slips(long.slice(2))
      .map((name) => `--${name}`)
      .filter((name) => !known.includes(name) && name.length > 2)
    await fc.assert(
      fc.asyncProperty(slip, async (wrong) => {
        const value = required ? ['1'] : []
        const { acted, printed, fault } = await typed([...pathOf(command), ...needed(command), wrong, ...value])
        expect(acted).toEqual([])
        expect(fault).toBeInstanceOf(CommanderError)
        expect(fault).toMatchObject({ code: 'commander.unknownOption' })
        if (long.length > '--at'.length) expect(printed).toContain(long)
      }),
      { numRuns: 12 },
    )
  }
})

test('every command with one letter wrong does nothing and is answered with the right name', async () => {
  for (const command of commands) {
    const path = pathOf(command)
    const name = path.pop() ?? ''
    const others = command.parent?.commands.map((one) => one.name()) ?? []
    const slip = slips(name).filter((wrong) => wrong !== '' && ![...others, 'help'].includes(wrong))
    await fc.assert(
      fc.asyncProperty(slip, async (wrong) => {
        const { acted, printed, fault } = await typed([...path, wrong, ...needed(command)])
        expect([acted, fault]).toEqual([[], expect.any(CommanderError)])
        expect(printed).toContain(name)
      }),
      { numRuns: 12 },
    )
  }
})

test('an option is never the value of another: “--at --dry-run” is a fault and not a send', async () => {
  const withValue = options.filter(({ required }) => required)
  expect(withValue.length).toBeGreaterThan(20)
  for (const { command, long } of withValue)
    for (const other of ['--dry-run', '--json', '--yes', '--unknown']) {
      const { acted, fault } = await typed([...pathOf(command), ...needed(command), long, other])
      expect([long, other, acted, fault]).toEqual([long, other, [], expect.any(CommanderError)])
    }
})

test('missing, surplus and impossible values do nothing', async () => {
  for (const args of [
    ['send'],
    ['send', 'harbour-strike', 'second-campaign'],
    ['send', 'harbour-strike', '--rate', '0'],
    ['send', 'harbour-strike', '--rate', 'fast'],
    ['send', 'harbour-strike', '--email', 'apeal'],
    ['send', 'harbour-strike', '--dry-run=yes'],
    ['tokens'],
    ['tokens', 'add', 'Maria B.', '--scopes', 'read'],
    ['tokens', 'add', 'maria', '--scopes', 'reed'],
    ['tokens', 'add', 'maria', '--scopes', ','],
    ['resolve', '--decision', 'count'],
    ['keys', 'maria'],
    ['completion', 'fish'],
  ]) {
    const { acted, fault } = await typed(args)
    expect([args, acted, fault]).toEqual([args, [], expect.any(CommanderError)])
  }
  expect((await typed(['tokens', 'add', 'maria', '--scopes', 'reed'])).printed).toContain('Did you mean read?')
})

test('every command and option is described in --help', () => {
  for (const command of everyCommand(buildProgram())) {
    expect([command.name(), command.description()]).not.toContain('')
    for (const option of command.options) expect([option.long, option.description]).not.toContain('')
  }
})
