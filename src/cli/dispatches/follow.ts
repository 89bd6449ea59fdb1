import type { Schemas } from '../client.ts'
import { type Deployment, sleep } from '../command.ts'
import type { Terminal } from '../program/terminal.ts'
import { progressOf } from './dispatch-words.ts'
import { fetchDispatch } from './find-dispatch.ts'
import { patiently } from './patience.ts'

type Followed = Schemas['Dispatch']

const POLL_EVERY_MS = 300

/** Polls a dispatch until it ends, pauses or waits for a start time or an approval, and shows how far it is. */
export async function followDispatch(
  world: { deployment: Deployment; terminal: Terminal; refusedMs: number },
  started: Followed,
): Promise<Followed> {
  const { deployment, terminal } = world
  let dispatch = started
  while (isUnderWay(dispatch)) {
    if (!dispatch.dryRun) terminal.progress(progressOf(dispatch))
    await sleep(POLL_EVERY_MS)
    dispatch = await patiently(world, () => fetchDispatch(deployment, started.id))
  }
  if (dispatch.dryRun) return dispatch
  terminal.progress('')
  terminal.say(progressOf(dispatch))
  return dispatch
}

/** Whether a dispatch goes on by itself now. One that is scheduled for a time does not. */
export const isUnderWay = ({ state, sendAt }: Followed): boolean =>
  state === 'planning' || state === 'running' || (state === 'scheduled' && sendAt === undefined)
