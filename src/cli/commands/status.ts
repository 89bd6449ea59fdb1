import type { Schemas } from '../client.ts'
import { type Deployment, NoServer, sleep } from '../command.ts'
import { lineOf, progressOf, reportOf } from '../dispatches/dispatch-words.ts'
import { dispatchId, fetchDispatch, fetchDispatches } from '../dispatches/find-dispatch.ts'
import { patiently } from '../dispatches/patience.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

/** Time between two looks of `--watch`: each reads some rows of each lane. */
const WATCH_EVERY_MS = 2_000
/** Looks in a row without an answer before `--watch` gives up: two minutes, more than a rebuild or a deploy takes. */
const MAX_UNANSWERED = 60

type StatusOptions = ServerOptions & { watch?: boolean }

const isOver = ({ state }: Pick<Schemas['Dispatch'], 'state'>): boolean => state === 'finished' || state === 'cancelled'

export const registerStatus: CommandRegistration = (program) => {
  withServer(program.command('status').description('show how far a dispatch is, or all that are not over'), 'read')
    .argument('[dispatch]', 'its id, or the first 8 digits')
    .option('--watch', 'go on showing it until it is over')
    .action((typed: string | undefined, options: StatusOptions) =>
      actAt(options, async (deployment, terminal) => {
        const id =
          typed && (await patiently({ deployment, terminal }, () => dispatchId(deployment, typed, () => true, '')))
        const look = id ? () => showOne(deployment, terminal, id) : () => showAll(deployment, terminal)
        let isDone = await patiently({ deployment, terminal }, look)
        while (options.watch && !isDone) {
          await sleep(WATCH_EVERY_MS)
          isDone = await answered(terminal, look)
        }
        return EXIT.done
      }),
    )
}

/** Shows one dispatch. Whether it is over. */
async function showOne(deployment: Deployment, terminal: Terminal, id: string): Promise<boolean> {
  const dispatch = await fetchDispatch(deployment, id)
  terminal.give(dispatch)
  if (!terminal.isJson) terminal.say([lineOf(dispatch), progressOf(dispatch), ...reportOf(dispatch)].join('\n'))
  return isOver(dispatch)
}

/** Shows every dispatch that is not over. Whether there is none. */
async function showAll(deployment: Deployment, terminal: Terminal): Promise<boolean> {
  const going = (await fetchDispatches(deployment)).filter((dispatch) => !isOver(dispatch))
  for (const dispatch of going) terminal.give(dispatch)
  if (!terminal.isJson) terminal.say(going.map(lineOf).join('\n') || 'Nothing is being sent, paused or scheduled.')
  return going.length === 0
}

/** Looks again while no server answers, as during a rebuild. @throws NoServer after two minutes */
async function answered(terminal: Terminal, look: () => Promise<boolean>): Promise<boolean> {
  for (let unanswered = 1; ; unanswered++) {
    try {
      return await look()
    } catch (error) {
      if (!(error instanceof NoServer) || unanswered === MAX_UNANSWERED) throw error
      if (unanswered === 1) terminal.warn(`${error.message} What is being sent goes on. Looking again …`)
      await sleep(WATCH_EVERY_MS)
    }
  }
}
