import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterEnd } from '../../../src/dispatch/ended/after-end.ts'

const DAY = 86_400_000
const END = 1_000_000
const at = (days: number, uncertain = 0, state: 'finished' | 'cancelled' = 'finished') =>
  afterEnd({ state, finishedAt: END }, uncertain, END + days * DAY)

test('the text stays only while uncertain people of a finished dispatch may be sent it again, at most 30 days', () => {
  expect([at(0), at(0, 3), at(29, 3), at(30, 3), at(0, 3, 'cancelled')].map(({ keepsText }) => keepsText)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ])
})

test('the records stay as long as the ledgers, 400 days', () => {
  expect([at(399.9), at(400)].map(({ keepsRecords }) => keepsRecords)).toEqual([true, false])
})

test('the next look is always ahead until the records go, and never more than 370 days away', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 399.99, noNaN: true }), fc.nat(5), (days, uncertain) => {
      const { nextAt } = at(days, uncertain)
      expect(nextAt).toBeGreaterThan(END + days * DAY)
      expect(nextAt - (END + days * DAY)).toBeLessThanOrEqual(370 * DAY)
    }),
  )
})
