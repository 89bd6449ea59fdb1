import type { Schemas } from '../client.ts'
import { type Deployment, sleep } from '../command.ts'
import type { Terminal } from '../program/terminal.ts'
import { progressOf } from './dispatch-words.ts'
import { fetchDispatch } from './find-dispatch.ts'

type Followed = Schemas['Dispatch']

const POLL_EVERY_MS = 300

/** Polls a dispatch until it ends, pauses or waits for a start time or an approval, and shows how far it is. */
export async function followDispatch(deployment: Deployment, terminal: Terminal, started: Followed): Promise<Followed> {
  let dispatch = started
  while (isUnderWay(dispatch)) {
    terminal.progress(progressOf(dispatch))
    await sleep(POLL_EVERY_MS)
    dispatch = await fetchDispatch(deployment, started.id)
  }
  terminal.progress('')
  terminal.say(progressOf(dispatch))
  return dispatch
}

/** Whether a dispatch goes on by itself now. One that is scheduled for a time does not. */
export const isUnderWay = ({ state, sendAt }: Followed): boolean =>
  state === 'planning' || state === 'running' || (state === 'scheduled' && sendAt === undefined)
