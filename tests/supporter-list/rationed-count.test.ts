import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countedNow, type LastCount, mayCount } from '../../src/supporter-list/rationed-count.ts'

const DAY_MS = 86_400_000
/** List operations a day of the free plan, and the share of them that counting may use. */
const LISTS_A_DAY = 1_000

test('however often organisers ask and however large the list is, counting leaves the day’s lists to appeals', () => {
  const people = fc.constantFrom(0, 999, 1_000, 10_000, 100_000)
  fc.assert(
    fc.property(people, fc.array(fc.integer({ min: 1, max: 600_000 }), { maxLength: 200 }), (people, pauses) => {
      let last: LastCount | null = null
      let now = 0
      const lists: Array<{ at: number; n: number }> = []
      for (const pause of pauses) {
        now += pause
        if (!mayCount(last, now)) continue
        last = countedNow(last, { people, complete: true }, now)
        lists.push({ at: now, n: Math.ceil((people + 1) / 1_000) })
        const ofTheDay = lists.filter(({ at }) => at > now - DAY_MS).reduce((sum, { n }) => sum + n, 0)
        expect(ofTheDay).toBeLessThanOrEqual(0.31 * LISTS_A_DAY)
      }
    }),
  )
})

test('a small list is counted at every look of a quiet day, a large one at the first and again within a day', () => {
  const looks = (people: number, everyMs: number, times: number): number => {
    let last: LastCount | null = null
    let counted = 0
    for (let n = 0; n < times; n++) {
      if (!mayCount(last, n * everyMs)) continue
      last = countedNow(last, { people, complete: true }, n * everyMs)
      counted++
    }
    return counted
  }
  expect(looks(500, 600_000, 100)).toBe(100)
  expect(looks(10_000, 60_000, 600)).toBeGreaterThan(10)
  expect(looks(150_000, DAY_MS, 3)).toBe(3)
})
