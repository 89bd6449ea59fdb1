import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { act, type CommandRegistration } from '../program/registration.ts'

const SERVER = join(import.meta.dirname, '../../../scripts/serve.ts')

type StartOptions = {
  port?: string
  persistTo?: string
  var: string[]
  watch: boolean
  people: boolean
  build: boolean
  clock?: string
  sendForReal?: boolean
}

export const registerStart: CommandRegistration = (program) => {
  program
    .command('start')
    .description('run Tocsin on this machine, with invented people; rebuild after each change')
    .option('--port <PORT>', 'its port (8787, else a free one)')
    .option('--persist-to <FOLDER>', 'where its state stays (.tocsin/state)')
    .option(
      '--var <NAME:VALUE>',
      'a setting, before those of .dev.vars; may be repeated',
      (one, all: string[]) => [...all, one],
      [],
    )
    .option('--clock <TIME>', 'move its clock: “+2 days”, or a time such as 2026-12-05T09:00')
    .option('--send-for-real', 'let the transports of the settings send real email; without it, none leaves')
    .option('--no-watch', 'do not rebuild after a change')
    .option('--no-people', 'let no invented people sign up')
    .option('--no-build', 'start what was built last')
    .action((options: StartOptions) => act({}, () => serve(serverArguments(options))))
}

/** The arguments of scripts/serve.ts. */
export const serverArguments = ({
  port,
  persistTo,
  var: settings,
  watch,
  people,
  build,
  clock,
  sendForReal,
}: StartOptions): string[] => [
  ...(watch ? ['--watch'] : []),
  ...(people ? ['--people'] : []),
  ...(build ? [] : ['--no-build']),
  ...(port === undefined ? [] : ['--port', port]),
  ...(persistTo === undefined ? [] : ['--persist-to', persistTo]),
  ...(clock === undefined ? [] : ['--clock', clock]),
  ...(sendForReal ? ['--send-for-real'] : []),
  ...settings.flatMap((setting) => ['--var', setting]),
]

/** Runs the server until it ends, and passes signals on: Ctrl-C reaches both, others only this process. */
function serve(args: readonly string[]): Promise<number> {
  const server = spawn(process.execPath, [SERVER, ...args], { stdio: 'inherit' })
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (status) => resolve(status ?? 1))
  })
}
