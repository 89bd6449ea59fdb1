import * as z from 'zod'
import { backoffMs } from '../kit/backoff.ts'
import { HOUR_MS } from '../kit/durations.ts'
import type { StoredEntry } from './database.ts'

/** Milliseconds of the first pause, at most. The platform itself would give an alarm up after six retries within minutes. */
const FIRST_PAUSE_MS = 15_000
/**
 * Longest pause in milliseconds: an hour. When KV refuses, its daily limit is often used up, and it refuses until midnight. At most thirty
 * tries then fall into a day.
 */
const LONGEST_PAUSE_MS = HOUR_MS

/** Failures in a row, and the times of the next try and of the first failure (epoch ms). Earlier versions stored no `since`. */
export const failures = z.object({ times: z.int().positive(), until: z.number(), since: z.number().optional() })

/** Pauses of an object that grow from failure to failure. Stored, because an object leaves memory during a long pause. */
export class StoredBackoff {
  readonly #entry: StoredEntry<z.infer<typeof failures>>
  readonly #random: () => number

  constructor(entry: StoredEntry<z.infer<typeof failures>>, random: () => number = Math.random) {
    this.#entry = entry
    this.#random = random
  }

  /** Notes a failure. Returns when to try again (epoch ms). */
  failed(now: number): number {
    const { times = 0, since = now } = this.#entry.get() ?? {}
    const until = now + backoffMs(times, this.#random(), 0, { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS })
    this.#entry.put({ times: times + 1, until, since })
    return until
  }

  /** Ends the pauses. Writes nothing when there was no failure. */
  succeeded(): void {
    if (this.#entry.get() !== undefined) this.#entry.delete()
  }

  /** Until when nothing is to be tried (epoch ms); 0 after a success. */
  until(): number {
    return this.#entry.get()?.until ?? 0
  }

  /** Milliseconds since the first of the failures in a row; 0 after a success. */
  failingFor(now: number): number {
    return now - (this.#entry.get()?.since ?? now)
  }
}
