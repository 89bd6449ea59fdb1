import { expect, test } from 'vitest'
import { backoffMs } from '../../src/kit/backoff.ts'

test('pauses grow, stay within ten minutes and respect Retry-After', () => {
  expect(backoffMs(0, 0)).toBe(500)
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(1_000)
  expect(backoffMs(30, 0.999)).toBeLessThanOrEqual(600_000)
  expect(backoffMs(0, 0.5, 90)).toBe(90_000)
})

test('no Retry-After delays a batch for longer than a day, and an invalid number is ignored', () => {
  expect(backoffMs(0, 0, 1e9)).toBe(86_400_000)
  expect(backoffMs(0, 0, Number.POSITIVE_INFINITY)).toBe(500)
  expect(backoffMs(0, 0, Number.NaN)).toBe(500)
})
