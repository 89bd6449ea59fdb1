/** What a person has to do after such a night: wait for the end, look, and decide about what nobody can tell. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Decision, Resolved } from '../local/organiser.ts'

/** Milliseconds within which everything has to come to its end once it is left alone. */
const END_WITHIN_MS = 300_000
const LOOK_EVERY_MS = 200
/** Looks that may fail one after the other: the runtime is being started again. */
const MAX_DEAF = 25
/** Times that faults may spoil what was sent again; after that the provider behaves, so that there is an end. */
const SPOILT = 2
const MAX_PASSES = 6

/** What is told once it has come to its end. @throws Error when it does not by itself. */
export async function until<T>(look: () => Promise<T>, hasEnded: (latest: T) => boolean): Promise<T> {
  let deaf = 0
  let latest: T | undefined
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    try {
      latest = await look()
      deaf = 0
    } catch (error) {
      if (++deaf > MAX_DEAF) throw error
      continue
    }
    if (hasEnded(latest)) return latest
  }
  throw new Error(`it has not come to its end by itself within ${END_WITHIN_MS / 1_000} s: ${JSON.stringify(latest)}`)
}

type Named = { id: number; generation: number }
/** Uncertain batches by what the provider knows of them. */
type Known = { sent: readonly Named[]; unsent: readonly Named[] }
type Resolve = (batches: Named[], decision: Decision) => Promise<Answer<Resolved>>

type World<Verdict> = {
  judged(): Promise<Verdict> // once it has come to its end again
  crash: (() => Promise<void>) | null // after the first decisions
  calm(): void
}

/** Those the provider took are counted as sent, the others sent again, until nothing is uncertain. */
export async function resolveAll<Verdict extends Known>(resolve: Resolve, first: Verdict, world: World<Verdict>) {
  const resolved = { sendAgain: 0, countAsSent: 0 }
  let end = first
  for (let pass = 0; end.sent.length + end.unsent.length > 0; pass++) {
    if (pass === MAX_PASSES) throw new Error(`after ${MAX_PASSES} decisions there are still uncertain batches`)
    if (pass === SPOILT) world.calm()
    await decide(resolve, end.sent, 'count-as-sent')
    await decide(resolve, end.unsent, 'send-again')
    resolved.countAsSent += end.sent.length
    resolved.sendAgain += end.unsent.length
    if (pass === 0) await world.crash?.()
    end = await world.judged()
  }
  return { resolved, end }
}

async function decide(resolve: Resolve, listed: readonly Named[], decision: Decision) {
  if (listed.length === 0) return
  const batches = listed.map(({ id, generation }) => ({ id, generation }))
  const { status, json } = await resolve(batches, decision)
  if (status !== 200 || json.resolved.length !== batches.length)
    throw new Error(`${decision} for ${batches.length} batches was answered ${status}: ${JSON.stringify(json)}`)
}
