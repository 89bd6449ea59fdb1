import type { Audience } from './order.ts'

/** What an earlier dispatch of the same appeal was for, and when it had finished freezing its people (null: not yet). */
export type Earlier = { audience: Audience; plannedAt: number | null }

/**
 * Whether nobody can be in both: by the language sent, or because the later one takes only people who confirmed after the earlier
 * one had frozen its own. Topics and countries prove nothing, since people change them.
 */
export function isDisjoint(earlier: Earlier, later: Audience): boolean {
  const first = earlier.audience.locales
  const second = later.locales
  if (first !== undefined && second !== undefined && !first.some((locale) => second.includes(locale))) return true
  if (later.confirmedAfter === undefined || earlier.plannedAt === null) return false
  return Date.parse(later.confirmedAfter) >= earlier.plannedAt
}
