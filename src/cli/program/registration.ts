import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Deployment, deploymentAt } from '../command.ts'
import { run } from './run.ts'
import { type Terminal, type TerminalOptions, terminalOf } from './terminal.ts'

/** What a command file exports: it adds one command, or a small group, to the program. */
export type CommandRegistration = (program: Command) => void

/** Options of commands that speak to a deployment. */
export type ServerOptions = TerminalOptions & { url?: string }

const jsonOption = () => new Option('--json', 'print one JSON object a line on stdout, and words on stderr')

export const withJson = (command: Command): Command => command.addOption(jsonOption())

/** Adds `--url` and `--json`, and says which scope the token needs. */
export const withServer = (command: Command, scope: string): Command =>
  command
    .option('--url <URL>', 'the deployment (TOCSIN_URL, else http://127.0.0.1:8787)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nThe token is TOCSIN_TOKEN, or is read from the file TOCSIN_TOKEN_FILE, .tocsin/token (mode 600) or .dev.vars.` +
        `\nIt needs the scope ${scope}.`,
    )

/** Adds `--yes` to a command that asks before it acts. */
export const withQuestion = (command: Command): Command =>
  command.option('--yes', 'do not ask: needed where there is no terminal')

/** Runs a command's work with its terminal. Sets the exit status. */
export const act = (options: TerminalOptions, work: (terminal: Terminal) => Promise<number>): Promise<void> =>
  run(() => work(terminalOf(options)))

/** Runs the work of a command that speaks to a deployment. */
export const actAt = (
  options: ServerOptions,
  work: (deployment: Deployment, terminal: Terminal) => Promise<number>,
): Promise<void> => act(options, async (terminal) => work(deploymentAt(options.url), terminal))

/** Parser of an option that counts something. */
export function countIn(typed: string): number {
  const count = Number(typed)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('expected a number above 0')
  return count
}

/** Parser of an option that lists words. */
export const listIn = (typed: string): string[] =>
  typed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
