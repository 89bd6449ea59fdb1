import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DailyNumber, exhaustions } from '../../../scripts/ration/report/exhaustion.ts'
import { noTally, RATIONS, sumOf } from '../../../scripts/ration/runtime/tally.ts'
import { FREE_PLAN } from '../../../src/kit/platform/limits.ts'

const number = (name: string, times: number, used: object): DailyNumber => ({
  name,
  times,
  tally: { ...noTally(), ...used },
})

test('the number that has to grow least is named first, with the ration that it uses up', () => {
  const numbers = [
    number('sign-ups', 300, { kvWrites: 300, rowsRead: 9_000 }),
    number('views', 20_000, { workerRequests: 20_000, kvReads: 40_000 }),
    number('monitors', 1, { kvLists: 900 }),
  ]
  const [first, second, third] = exhaustions(numbers, sumOf(numbers.map(({ tally }) => tally)))
  expect([first?.name, first?.ration]).toEqual(['monitors', 'kvLists'])
  expect(first?.at).toBeCloseTo(1_000 / 900)
  expect([second?.name, second?.ration, second?.at]).toEqual(['views', 'kvReads', 50_000])
  expect([third?.name, third?.ration, third?.at]).toEqual(['sign-ups', 'kvWrites', 1_000])
})

test('at the number of the table, exactly one ration is used up and none above its limit', () => {
  const tally = fc.record(
    Object.fromEntries(RATIONS.map((ration) => [ration, fc.integer({ min: 0, max: FREE_PLAN.day[ration] / 4 })])),
  )
  const numbers = fc.array(
    fc
      .record({ times: fc.integer({ min: 1, max: 500 }), tally })
      .map(({ times, tally }) => number('act', times, tally)),
    { minLength: 1, maxLength: 3 },
  )
  fc.assert(
    fc.property(numbers, (numbers) => {
      const total = sumOf(numbers.map(({ tally }) => tally))
      for (const one of numbers) {
        const found = exhaustions([one], total)[0]
        if (found === undefined) continue
        const shares = RATIONS.map((ration) => {
          const others = total[ration] - one.tally[ration]
          return (others + (one.tally[ration] / one.times) * found.at) / FREE_PLAN.day[ration]
        })
        expect(Math.max(...shares)).toBeCloseTo(1, 6)
      }
    }),
  )
})
