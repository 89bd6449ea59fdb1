/** When each letter of the day should leave: computed apart from the Worker, by the rules of docs/flow.md. Pure functions. */

import { HOUR_MS } from '../../../src/kit/durations.ts'

/** Office hours of all targets of the day, in UTC: London has no summer time in winter. */
export const OPENS_HOUR = 9
export const CLOSES_HOUR = 17
/** Time by which a letter may be later than its turn: other letters, a minute of the day, a retry. */
const LATE_MS = 10 * 60_000

/** Whether each letter to one target must leave on the day that begins at `start`. `confirmed`: times in their order (epoch ms). */
export function mustLeave(confirmed: readonly number[], perHour: number, start: number): boolean[] {
  const closes = start + CLOSES_HOUR * HOUR_MS
  let last = Number.NEGATIVE_INFINITY
  return confirmed.map((at) => {
    last = Math.max(at, start + OPENS_HOUR * HOUR_MS, last + HOUR_MS / perHour)
    return last + LATE_MS < closes
  })
}
