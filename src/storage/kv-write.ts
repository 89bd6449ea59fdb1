/** Writing to Workers KV, which refuses a second write to a key within one second (429) and sometimes fails. */

import { KV_LIMITS } from '../kit/platform/limits.ts'

/** Attempts per write. The limit per key clears after a second, so the third attempt already has room. */
const WRITE_TRIES = 4
/** Milliseconds between attempts: just over KV's limit of one write per key per second. */
const WRITE_PAUSE_MS = KV_LIMITS.writeEveryMs + 100

/**
 * Runs `write`, and again after a failure, up to four times.
 * @throws the error of the last attempt.
 */
export async function retryWrite<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write()
    } catch (error) {
      if (tries === WRITE_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, WRITE_PAUSE_MS))
    }
  }
}

/** Milliseconds before the second try of a write that an alarm repeats: above KV's limit of one write per key and second. */
const FIRST_PAUSE_MS = 1_500
/** Longest pause between tries in milliseconds. A daily limit returns at midnight UTC, so a try an hour finds it soon enough. */
const LONGEST_PAUSE_MS = 3_600_000
/** Doublings after which the pause is the longest. */
const MOST_DOUBLINGS = 12

/**
 * Milliseconds until an alarm repeats a write to KV that has failed `tries` times: doubled each time, up to an hour. `random` in
 * [0, 1) spreads the pause over its upper half.
 */
export function kvPauseMs(tries: number, random: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(Math.max(tries - 1, 0), MOST_DOUBLINGS))
  return Math.round(Math.max(FIRST_PAUSE_MS, ceiling / 2 + (ceiling / 2) * random))
}
