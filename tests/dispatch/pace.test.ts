import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bucket, backoffMs, take } from '../../src/dispatch/pace.ts'

test('an account is never used faster than its rate, over any stretch longer than the burst', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 5, maxLength: 200 }),
      (rate, gaps) => {
        let bucket: Bucket = { tokens: 0, at: 0 }
        let now = 0
        let taken = 0
        for (const gap of gaps) {
          now += gap
          const asked = take(bucket, rate, rate, 1, now)
          bucket = asked.bucket
          if (asked.waitMs === 0) taken++
        }
        expect(taken).toBeLessThanOrEqual((now / 1_000) * rate + rate + 1)
      },
    ),
  )
})

test('whoever waits as long as told may go', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 600 }), (cost, perMinute) => {
      const first = take({ tokens: 0, at: 0 }, perMinute / 60, 1, cost, 0)
      const second = take(first.bucket, perMinute / 60, 1, cost, 0)
      expect(first.waitMs).toBe(0)
      expect(take(second.bucket, perMinute / 60, 1, cost, second.waitMs).waitMs).toBe(0)
    }),
  )
})

test('pauses grow, stay within ten minutes and respect what the provider asked for', () => {
  expect(backoffMs(0, 0)).toBe(500)
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(1_000)
  expect(backoffMs(30, 0.999)).toBeLessThanOrEqual(600_000)
  expect(backoffMs(0, 0.5, 90)).toBe(90_000)
})
