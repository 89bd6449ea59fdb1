import type { Addressee } from './addressees.ts'
import { nextWindow } from './office-hours.ts'

/** Letters in one mail, at most: with so many words its text stays below what mail programs cut, and a sheet for each can be printed. */
export const MAX_DIGEST_ENTRIES = 100

/** Milliseconds that a letter may wait for its turn to go alone; beyond it goes with others, where the target takes digests. */
const LONGEST_ALONE_MS = 3 * 24 * 3_600_000

export const isTooLong = (waitMs: number): boolean => waitMs > LONGEST_ALONE_MS

/** Whether what is held since `since` goes now. Epoch milliseconds. */
export const isDigestDue = (
  { digestInterval, zone }: Pick<Addressee, 'digestInterval' | 'zone'>,
  since: number,
  now: number,
): boolean => nextWindow(since, digestInterval, zone) <= now
