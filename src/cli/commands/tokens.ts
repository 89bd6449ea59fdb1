import { InvalidArgumentError } from 'commander'
import { nearestName } from '../../kit/words/nearest-name.ts'
import { parseApiTokens, SCOPES, type Scope } from '../../security/bearer.ts'
import { Mistake, WrongUsage } from '../command.ts'
import { DEV_VARS, readVars, writeVar } from '../dev-vars.ts'
import { mintToken } from '../keys.ts'
import { EXIT } from '../program/exit-status.ts'
import { act, type CommandRegistration, listIn, withJson, withQuestion } from '../program/registration.ts'
import type { Terminal, TerminalOptions } from '../program/terminal.ts'

const NAME = /^[a-z0-9-]{1,40}$/
const ABOUT = `
The tokens are those of API_TOKENS: of the variable with this name if it is set, as for a deployment, else of .dev.vars, for the
server on this machine. A deployment’s API_TOKENS cannot be read back, so keep a copy: it holds hashes, no token.`

/** API_TOKENS: its text, and whether it stands in `.dev.vars`, which the commands then change. */
type Held = { text: string; isLocal: boolean }

export const registerTokens: CommandRegistration = (program) => {
  const tokens = program.command('tokens').description('add, list or revoke API tokens, without touching any key')
  tokens.addHelpText('after', ABOUT)
  withJson(tokens.command('add').description('make a token, and print it once'))
    .argument('<name>', 'whose it is: lower-case letters, digits and -', nameIn)
    .option('--scopes <SCOPES>', `what it may do, needed: some of ${SCOPES.join(',')}`, scopesIn)
    .action((name: string, { scopes, ...options }: TerminalOptions & { scopes?: Scope[] }) =>
      act(options, async (terminal) => {
        // Not a mandatory option of commander: its absence would hide that --scope was typed.
        if (scopes === undefined) throw new WrongUsage(`Expected --scopes with some of ${SCOPES.join(',')}`)
        return add(terminal, heldTokens(), name, scopes)
      }),
    )
  withJson(tokens.command('list').description('list names and scopes')).action((options: TerminalOptions) =>
    act(options, async (terminal) => list(terminal, heldTokens())),
  )
  withQuestion(withJson(tokens.command('revoke').description('revoke a token')))
    .argument('<name>')
    .action((name: string, options: TerminalOptions) =>
      act(options, async (terminal) => revoke(terminal, heldTokens(), name)),
    )
}

function nameIn(typed: string): string {
  if (NAME.test(typed)) return typed
  throw new InvalidArgumentError('expected up to 40 lower-case letters, digits and -')
}

function scopesIn(typed: string): Scope[] {
  const words = listIn(typed.replaceAll('+', ','))
  for (const word of words.filter((one) => !SCOPES.some((scope) => scope === one))) {
    const near = nearestName(word, SCOPES)
    const hint = near === undefined ? '' : ` (Did you mean ${near}?)`
    throw new InvalidArgumentError(`${word} is no scope; expected some of ${SCOPES.join(', ')}.${hint}`)
  }
  const scopes = SCOPES.filter((scope) => words.includes(scope))
  if (scopes.length === 0) throw new InvalidArgumentError(`expected some of ${SCOPES.join(', ')}`)
  return scopes
}

/** API_TOKENS of the environment, else of `.dev.vars`. @throws Mistake if it is malformed */
function heldTokens(): Held {
  const isLocal = !process.env.API_TOKENS
  const text = (isLocal ? readVars().API_TOKENS : process.env.API_TOKENS)?.trim() ?? ''
  if (text !== '' && parseApiTokens(text) === null)
    throw new Mistake(
      `API_TOKENS ${isLocal ? `in ${DEV_VARS}` : 'of the environment'} is malformed: expected name:scope+scope:sha256hex,…`,
    )
  return { text, isLocal }
}

const entriesOf = (text: string): string[] => listIn(text)
const nameOf = (entry: string): string => entry.split(':')[0] ?? ''

function add(terminal: Terminal, { text, isLocal }: Held, name: string, scopes: readonly Scope[]): number {
  const entries = entriesOf(text)
  if (entries.some((entry) => nameOf(entry) === name))
    throw new Mistake(
      `There is a token ${name} already. Choose another name, or first: npm run tocsin -- tokens revoke ${name}`,
    )
  const { token, hash } = mintToken()
  const entry = `${name}:${scopes.join('+')}:${hash}`
  const value = [...entries, entry].join(',')
  const isStored = isLocal && entries.length > 0
  if (isStored) writeVar('API_TOKENS', value)
  terminal.give({ name, scopes, token, entry, ...(!isLocal && { API_TOKENS: value }) })
  if (terminal.isJson) return EXIT.done
  terminal.say(`The token of ${name}. It is shown only once and stored nowhere:\n\nTOCSIN_TOKEN=${token}\n`)
  if (isStored) terminal.say(`API_TOKENS in ${DEV_VARS} has it now: restart the local server.`)
  terminal.say(isLocal ? deploymentAdvice(entry) : valueAdvice(value))
  return EXIT.done
}

const deploymentAdvice = (entry: string): string =>
  `For a deployment, put a comma and this behind what its API_TOKENS holds (npx wrangler secret put API_TOKENS):\n\n${entry}`

const valueAdvice = (value: string): string =>
  `The new value of API_TOKENS, for npx wrangler secret put API_TOKENS:\n\n${value}`

function list(terminal: Terminal, { text, isLocal }: Held): number {
  const tokens = parseApiTokens(text) ?? []
  for (const { name, scopes } of tokens) terminal.give({ name, scopes })
  const none = `There is no API_TOKENS in ${isLocal ? DEV_VARS : 'the environment'}.`
  const lines = tokens.map(({ name, scopes }) => `${name}  ${scopes.join(', ')}`)
  if (!terminal.isJson) terminal.say(lines.join('\n') || none)
  return EXIT.done
}

async function revoke(terminal: Terminal, { text, isLocal }: Held, name: string): Promise<number> {
  const entries = entriesOf(text)
  const rest = entries.filter((entry) => nameOf(entry) !== name)
  if (rest.length === entries.length) {
    const near = nearestName(name, entries.map(nameOf))
    throw new Mistake(`There is no token ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`)
  }
  if (rest.length === 0)
    throw new Mistake(`${name} is the only token. First add another: npm run tocsin -- tokens add NAME`)
  const value = rest.join(',')
  if (isLocal) {
    await terminal.confirm(`Remove the token of ${name} from ${DEV_VARS}?`)
    writeVar('API_TOKENS', value)
  }
  terminal.give({ revoked: name, ...(!isLocal && { API_TOKENS: value }) })
  if (terminal.isJson) return EXIT.done
  terminal.say(isLocal ? `${name} is removed from ${DEV_VARS}: restart the local server.` : valueAdvice(value))
  return EXIT.done
}
