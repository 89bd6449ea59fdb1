import * as z from 'zod'
import { DAY_MS } from '../kit/durations.ts'
import { KV_LIMITS } from '../kit/platform/limits.ts'

/** List operations that counting for organisers may use at once, and in a day. The free plan has 1,000 a day: appeals need them. */
const LISTS_AT_ONCE = 100
const LISTS_A_DAY = 200

/** The last count of supporters, when it was made (epoch ms), and the list operations that counting may use from then on. */
export const lastCountSchema = z.object({ people: z.int(), complete: z.boolean(), at: z.number(), lists: z.number() })
export type LastCount = z.infer<typeof lastCountSchema>
type Count = Pick<LastCount, 'people' | 'complete'>

const listsFor = (people: number): number => Math.ceil((people + 1) / KV_LIMITS.keysPerPage)
const listsAt = (last: LastCount | null, now: number): number =>
  last === null ? LISTS_AT_ONCE : Math.min(LISTS_AT_ONCE, last.lists + ((now - last.at) / DAY_MS) * LISTS_A_DAY)

/** Whether people may be counted anew at `now` (epoch ms), or the last count has to do. A list is always counted the first time. */
export const mayCount = (last: LastCount | null, now: number): boolean =>
  last === null || listsAt(last, now) >= Math.min(LISTS_AT_ONCE, listsFor(last.people))

/** The new last count. A count of a very large list leaves a debt, so that the next one comes a day or more later. */
export const countedNow = (last: LastCount | null, count: Count, now: number): LastCount => ({
  ...count,
  at: now,
  lists: listsAt(last, now) - listsFor(count.people),
})
