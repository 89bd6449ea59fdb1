import type { DispatchAudience } from './dispatch-request.ts'

/** An earlier dispatch of the same appeal. `followUpAfter` (epoch ms) is when it began to read its people; null while it still reads. */
type EarlierDispatch = { audience: DispatchAudience; followUpAfter: number | null }

/** Milliseconds by which KV may lag: a dispatch may miss people who confirmed this shortly before its start. */
const KV_LAG_MS = 60_000

/** The `confirmedAfter` (epoch ms) with which a later dispatch reaches all people whom one started at `startedAt` may have missed. */
export const followUpAfter = (startedAt: number): number => startedAt - KV_LAG_MS

/**
 * Whether two audiences are for different people: by language, because they name different dispatches that have reached their people, or
 * because the later one takes only people who confirmed after the earlier dispatch. Topics and countries prove nothing, since people change
 * them. People who still belong to both are left out when the later dispatch is planned (`lane/already-reached.ts`).
 */
export function isDisjoint(earlier: EarlierDispatch, later: DispatchAudience): boolean {
  const first = earlier.audience.locales
  const second = later.locales
  if (first !== undefined && second !== undefined && !first.some((locale) => second.includes(locale))) return true
  const reachedBy = [earlier.audience.reachedBy, later.reachedBy]
  if (!reachedBy.includes(undefined) && reachedBy[0] !== reachedBy[1]) return true
  if (later.confirmedAfter === undefined || earlier.followUpAfter === null) return false
  return Date.parse(later.confirmedAfter) >= earlier.followUpAfter
}
