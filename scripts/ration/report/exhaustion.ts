/** Which daily number uses up a ration first, by what each act cost on the measured day. Pure functions. */

import { type DailyRation, FREE_PLAN, PAID_PLAN_MONTH } from '../../../src/kit/platform/limits.ts'
import { RATIONS, type Tally } from '../runtime/tally.ts'

/** A number of the day, such as 300 sign-ups, and everything that was counted for its acts. */
export type DailyNumber = { name: string; times: number; tally: Tally }

/** The number at which a ration is used up while all other numbers stay as they were. */
export type Exhaustion = { name: string; times: number; at: number; ration: DailyRation }

const limitOf = (ration: DailyRation): number => FREE_PLAN.day[ration]

/** Where one number meets its first limit; null if its acts use nothing. `total`: of all acts of the day. */
export function exhaustionOf({ name, times, tally }: DailyNumber, total: Tally): Exhaustion | null {
  const limits = RATIONS.flatMap((ration): Exhaustion[] => {
    const each = tally[ration] / times
    if (!(each > 0)) return []
    const others = total[ration] - tally[ration]
    return [{ name, times, at: Math.max(0, limitOf(ration) - others) / each, ration }]
  })
  return limits.sort((a, b) => a.at - b.at)[0] ?? null
}

/** All numbers that meet a limit, the one that has to grow least first. */
export const exhaustions = (numbers: readonly DailyNumber[], total: Tally): Exhaustion[] =>
  numbers.flatMap((number) => exhaustionOf(number, total) ?? []).sort((a, b) => a.at / a.times - b.at / b.times)

/** What a day used of a ration. `share`: of the free plan's day. `monthShare`: of the paid plan's month, by thirty such days. */
export type Used = { ration: DailyRation; used: number; limit: number; share: number; monthShare: number }

const DAYS = 30

export const sharesOf = (total: Tally): Used[] =>
  RATIONS.map((ration) => {
    const [used, limit] = [total[ration], limitOf(ration)]
    return { ration, used, limit, share: used / limit, monthShare: (DAYS * used) / PAID_PLAN_MONTH[ration] }
  })
