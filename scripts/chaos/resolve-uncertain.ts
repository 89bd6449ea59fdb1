/** The organiser's part of a chaos test: waits for the end and decides about uncertain batches. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Schemas } from '../../src/cli/client.ts'
import type { Answer, DecisionBody } from '../local/organiser.ts'

/** Milliseconds in which the work must end after the last kill. */
const END_WITHIN_MS = 300_000
const POLL_EVERY_MS = 200
/** Requests that may fail in a row, while the runtime restarts. */
const MAX_FAILURES = 25
/** Passes of decisions with a faulty provider. Later passes have no faults, so that the round ends. */
const FAULTY_PASSES = 2
const MAX_PASSES = 6

/** Polls `read` until `hasEnded`, and returns the last result. @throws Error after END_WITHIN_MS or 25 failures in a row */
export async function until<T>(read: () => Promise<T>, hasEnded: (latest: T) => boolean): Promise<T> {
  let failures = 0
  let latest: T | undefined
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(POLL_EVERY_MS)) {
    try {
      latest = await read()
      failures = 0
    } catch (error) {
      if (++failures > MAX_FAILURES) throw error
      continue
    }
    if (hasEnded(latest)) return latest
  }
  throw new Error(`the work did not end within ${END_WITHIN_MS / 1_000} s: ${JSON.stringify(latest)}`)
}

type Named = DecisionBody['batches'][number]
/** Uncertain batches, by whether the provider accepted them. */
type Known = { sent: readonly Named[]; unsent: readonly Named[] }
type Resolve = (body: DecisionBody) => Promise<Answer<Schemas['Resolution']>>

type World<Verdict> = {
  judged(): Promise<Verdict> // waits for the end and judges again
  crash: (() => Promise<void>) | null // kills the runtime after the first decisions
  calm(): void // ends the provider's faults
}

/** Counts accepted batches as sent and sends the others again, until no batch is uncertain. @throws Error after MAX_PASSES */
export async function resolveAll<Verdict extends Known>(resolve: Resolve, first: Verdict, world: World<Verdict>) {
  const resolved = { sendAgain: 0, countAsSent: 0 }
  let end = first
  for (let pass = 0; end.sent.length + end.unsent.length > 0; pass++) {
    if (pass === MAX_PASSES) throw new Error(`batches are still uncertain after ${MAX_PASSES} passes of decisions`)
    if (pass === FAULTY_PASSES) world.calm()
    await decide(resolve, end.sent, 'count-as-sent')
    await decide(resolve, end.unsent, 'send-again')
    resolved.countAsSent += end.sent.length
    resolved.sendAgain += end.unsent.length
    if (pass === 0) await world.crash?.()
    end = await world.judged()
  }
  return { resolved, end }
}

async function decide(resolve: Resolve, listed: readonly Named[], decision: DecisionBody['decision']) {
  if (listed.length === 0) return
  const batches = listed.map(({ id, generation }) => ({ id, generation }))
  const { status, json } = await resolve({ batches, decision })
  if (status !== 200 || json.resolved.length !== batches.length)
    throw new Error(`${decision} for ${batches.length} batches was answered ${status}: ${JSON.stringify(json)}`)
}
