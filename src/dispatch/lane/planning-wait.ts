import type { PauseReason } from '../../delivery/pause-reason.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import type { Reach } from './reach.ts'

/**
 * Longest wait for earlier dispatches before the dispatch pauses. A call ends with its alarm at the latest, and the platform ends an alarm
 * after 15 minutes.
 */
export const PLANNING_WAIT_MS = 16 * MINUTE_MS
/** Longest wait that keeps the people who were read in memory: longer than the timeout of an HTTP call. Later they are read again. */
const HELD_WAIT_MS = 75_000
/** Wait of which organisers are told: longer than calls take that are answered at all. */
const LONG_WAIT_MS = 4 * MINUTE_MS
/** Milliseconds until the first repeated question; each later pause doubles. */
const FIRST_ASK_AGAIN_MS = 100
/** Most questions cost a request to each lane concerned, so they become rare. */
const LONGEST_ASK_AGAIN_MS = 2_000

/** What one other dispatch of the appeal answers. `earlier`: it was requested before the one that asks. */
export type OtherDispatchAnswer = { id: string; earlier: boolean } & (Reach | { unreachable: string })

type WaitWorld = {
  /** Asks all other dispatches of the appeal about these people. */
  ask(fingerprints: string[]): Promise<OtherDispatchAnswer[]>
  /** The people whom this lane is planning, as other dispatches see them. */
  claims: Set<string>
  mayGoOn(): boolean
  now(): number
  sleep(milliseconds: number): Promise<void>
}

/**
 * Finds out which people other dispatches of the appeal have. Waits while a call to one of them is under way or a dispatch cannot be asked:
 * only then is it known who is free. Of two dispatches that plan the same person at once, the later one gives way.
 */
export class PlanningWait {
  #since = 0 // when the wait began (epoch ms); 0 without one
  #reason = ''
  #isNoticed = false // organisers were told of this wait

  /** The people to leave out; all others are claimed until the plan is stored. Null if the wait goes on: then nothing may be planned. */
  async reached(fingerprints: string[], world: WaitWorld): Promise<ReadonlySet<string> | null> {
    const { claims, now } = world
    const heldUntil = now() + HELD_WAIT_MS
    let mayClaim = true // a dispatch that gave way claims again only after the earlier one has done with these people
    for (let pause = FIRST_ASK_AGAIN_MS; ; pause = Math.min(pause * 2, LONGEST_ASK_AGAIN_MS)) {
      if (mayClaim) for (const fingerprint of fingerprints) claims.add(fingerprint)
      const answers = await world.ask(fingerprints)
      const obstacle = obstacleIn(answers)
      if (obstacle === null && mayClaim) return this.#end(answers)
      if (!world.mayGoOn()) return this.#giveUp(claims)
      mayClaim = obstacle === null || !obstacle.giveWay
      if (!mayClaim) claims.clear()
      if (obstacle === null) continue
      if (this.#since === 0) {
        this.#since = now()
        this.#isNoticed = false
      }
      this.#reason = obstacle.reason
      if (now() >= Math.min(heldUntil, this.#since + PLANNING_WAIT_MS)) {
        claims.clear()
        return null
      }
      await world.sleep(pause)
    }
  }

  #end(answers: readonly OtherDispatchAnswer[]): ReadonlySet<string> {
    this.#since = 0
    return new Set(answers.flatMap((answer) => ('reached' in answer ? answer.reached : [])))
  }

  #giveUp(claims: Set<string>): null {
    this.#since = 0
    claims.clear()
    return null
  }

  /** Why the lane waits, and until when at most (epoch ms); undefined if it does not wait. */
  current(): { reason: string; until: number } | undefined {
    return this.#since === 0 ? undefined : { reason: this.#reason, until: this.#since + PLANNING_WAIT_MS }
  }

  /** The reason of a long wait, once, so that organisers can be told; else null. */
  takeLong(now: number): string | null {
    if (this.#since === 0 || this.#isNoticed || now < this.#since + LONG_WAIT_MS) return null
    this.#isNoticed = true
    return this.#reason
  }

  /** The reason to pause after too long a wait, or null. The next wait starts anew. */
  takeOverdue(now: number): PauseReason | null {
    if (this.#since === 0 || now < this.#since + PLANNING_WAIT_MS) return null
    this.#since = 0
    return { kind: 'earlier-dispatch', detail: `${this.#reason}; resume to ask again` }
  }
}

/** Why nobody can be planned yet, or null. */
function obstacleIn(answers: readonly OtherDispatchAnswer[]): { reason: string; giveWay: boolean } | null {
  const first = answers.find((answer) => 'unreachable' in answer || answer.open.length > 0 || answer.claimed.length > 0)
  if (first === undefined) return null
  const giveWay = answers.some((answer) => answer.earlier && 'claimed' in answer && answer.claimed.length > 0)
  if ('unreachable' in first) return { reason: `dispatch ${first.id} does not answer: ${first.unreachable}`, giveWay }
  const reason =
    first.open.length > 0
      ? `a call of dispatch ${first.id} has no answer yet, and its answer decides who still needs the mail`
      : `dispatch ${first.id} plans the same people at the moment`
  return { reason, giveWay }
}
