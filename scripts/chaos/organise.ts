/** What a person has to do after such a night: wait for the end, look, and decide about what nobody can tell. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Organiser, Whole } from '../organiser.ts'
import type { Listed, Verdict } from './judge.ts'

/** Milliseconds within which a dispatch has to come to its end once it is left alone. */
const END_WITHIN_MS = 300_000
const LOOK_EVERY_MS = 200
/** Looks that may fail one after the other: the runtime is being started again. */
const MAX_DEAF = 25
/** Times that faults may spoil what was sent again; after that the provider behaves, so that there is an end. */
const SPOILT = 2
const MAX_PASSES = 6

/** The dispatch once it is finished. @throws Error when it does not finish by itself. */
export async function until(organiser: Organiser, id: string): Promise<Whole> {
  let deaf = 0
  let told: Whole | undefined
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    try {
      told = await organiser.told(id)
      deaf = 0
    } catch (error) {
      if (++deaf > MAX_DEAF) throw error
      continue
    }
    if (told.state === 'finished') return told
  }
  throw new Error(`it has not finished by itself within ${END_WITHIN_MS / 1_000} s: ${JSON.stringify(told)}`)
}

type World = {
  judged(): Promise<Verdict> // once it is finished again
  crash: (() => Promise<void>) | null // after the first decisions
  calm(): void
}

/** Those the provider took are counted as sent, the others sent again, until nothing is uncertain. */
export async function resolveAll(organiser: Organiser, id: string, first: Verdict, world: World) {
  const resolved = { sendAgain: 0, countAsSent: 0 }
  let end = first
  for (let pass = 0; end.sent.length + end.unsent.length > 0; pass++) {
    if (pass === MAX_PASSES) throw new Error(`after ${MAX_PASSES} decisions there are still uncertain batches`)
    if (pass === SPOILT) world.calm()
    await decide(organiser, id, end.sent, 'count-as-sent')
    await decide(organiser, id, end.unsent, 'send-again')
    resolved.countAsSent += end.sent.length
    resolved.sendAgain += end.unsent.length
    if (pass === 0) await world.crash?.()
    end = await world.judged()
  }
  return { resolved, end }
}

async function decide(organiser: Organiser, id: string, listed: Listed[], decision: 'count-as-sent' | 'send-again') {
  if (listed.length === 0) return
  const batches = listed.map((batch) => ({ id: batch.id, generation: batch.generation }))
  const { status, body } = await organiser.resolve(id, batches, decision)
  if (status !== 200 || body.resolved.length !== batches.length)
    throw new Error(`${decision} for ${batches.length} batches was answered ${status}: ${JSON.stringify(body)}`)
}
