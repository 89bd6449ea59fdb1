import { expect, test } from 'vitest'
import { mustLeave } from '../../../scripts/ration/day/turns.ts'

const HOUR = 3_600_000
const start = Date.UTC(2026, 11, 2)
const at = (...hours: number[]) => hours.map((hour) => start + hour * HOUR)

test('a letter of the night leaves in the morning, a letter of the evening on another day', () => {
  expect(mustLeave(at(-6, 2, 9, 16, 16.9, 20), 100, start)).toEqual([true, true, true, true, false, false])
})

test('what is above the hourly limit of the target waits for another day', () => {
  const sixty = at(...Array.from({ length: 60 }, () => 10))
  expect(mustLeave(sixty, 5, start).filter((leaves) => leaves)).toHaveLength(35)
  expect(mustLeave(sixty, 100, start)).not.toContain(false)
})
