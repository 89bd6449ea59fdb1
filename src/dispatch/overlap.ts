import type { Audience } from '../supporter-list/audience-filter.ts'

/** What an earlier dispatch of the same appeal was for, and since when (epoch ms) its people were read; null while they still are. */
export type EarlierDispatch = { audience: Audience; followUpAfter: number | null }

/** Milliseconds KV may be behind: who confirmed within them before a dispatch started may not have been seen by it. */
const KV_LAG_MS = 60_000

/** The earliest `confirmedAfter` that misses nobody whom a dispatch started at `startedAt` (epoch ms) may not have seen. */
export const followUpAfter = (startedAt: number): number => startedAt - KV_LAG_MS

/**
 * Whether the later one is meant for others: by the language sent, or because it takes only people who confirmed since the earlier one
 * began to read its own. Topics and countries prove nothing, since people change them. Whoever is in both all the same, having changed
 * their language or been just in time, is left out when the later one is planned (siblings.ts).
 */
export function isDisjoint(earlier: EarlierDispatch, later: Audience): boolean {
  const first = earlier.audience.locales
  const second = later.locales
  if (first !== undefined && second !== undefined && !first.some((locale) => second.includes(locale))) return true
  if (later.confirmedAfter === undefined || earlier.followUpAfter === null) return false
  return Date.parse(later.confirmedAfter) >= earlier.followUpAfter
}
