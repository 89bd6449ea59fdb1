/** The command line of the local server. */

import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { root } from '../local/bundle.ts'
import { FLAG } from './choose-settings.ts'

export const USUAL_PORT = 8787
/** Exit status for a command line that cannot be understood. */
const MISUSED = 2

export type ServeOptions = {
  port?: number
  persistTo: string
  var: Record<string, string>
  sendForReal: boolean
  clock?: string
  watch: boolean
  people: boolean
  build: boolean
  devVars: string
  config: string
}

/** Reads the command line. Ends the process after `--help`, and with status 2 for an unknown option. */
export function readOptions(typed: readonly string[]): ServeOptions {
  const program = new Command('npm start --')
    .description('Runs Tocsin on this machine. The outbox captures every mail; no mail leaves.')
    .helpOption('-h, --help', 'show this help')
    .option('--port <number>', `port of the server (default: ${USUAL_PORT}, or the next free one)`, readPort)
    .option(
      '--clock <time>',
      `starts at a later time: '+2 days', or 2026-12-05T08:00. What is due on the way happens in order`,
    )
    .option(
      FLAG,
      'sends mail by the transport of .dev.vars, the shell or wrangler.toml. Without it, none leaves',
      false,
    )
    .option('--var <NAME:value>', 'sets a setting; can be repeated', readVar, {})
    .option('--persist-to <folder>', 'folder of the state', join(root, '.tocsin', 'state'))
    .option('--dev-vars <file>', 'file with the settings of this machine', join(root, '.dev.vars'))
    .option('--config <file>', 'file with the settings of the deployment', join(root, 'wrangler.toml'))
    .option('--watch', 'builds again after each change')
    .option('--no-watch', 'does not')
    .option('--people', 'lets twelve invented people sign up at the first start')
    .option('--no-people', 'does not')
    .option('--no-build', 'uses the last build')
    .addHelpText(
      'after',
      '\nSettings of this machine stand in .dev.vars; .dev.vars.example explains each. The shell counts too, and wins.',
    )
    .showHelpAfterError('See npm start -- --help.')
    .exitOverride()
  try {
    const values = program.parse(typed, { from: 'user' }).opts<ServeOptions>()
    return { ...values, watch: values.watch === true, people: values.people === true }
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : MISUSED)
    throw error
  }
}

function readPort(typed: string): number {
  const port = Number(typed)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Expected a number from 1 to 65535.')
  return port
}

function readVar(typed: string, before: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([A-Z][A-Z0-9_]*):(.*)$/s.exec(typed) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Expected NAME:value, such as REQUIRE_APPROVAL:yes.')
  return { ...before, [name]: value }
}
