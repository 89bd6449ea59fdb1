import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RetrySlots, type TokenBucket, takeTokens, tokenWaitMs } from '../../../src/delivery/quota/token-bucket.ts'

test('calls never exceed the rate, over any time longer than the burst', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 5, maxLength: 200 }),
      (rate, gaps) => {
        let bucket: TokenBucket = { tokens: 0, at: 0 }
        let now = 0
        const starts: number[] = []
        for (const gap of gaps) {
          now += gap
          starts.push(now + tokenWaitMs(bucket, rate, rate, now)) // a turn taken in advance
          bucket = takeTokens(bucket, rate, rate, 1, now)
        }
        for (const [i, from] of starts.entries()) {
          for (const [j, to] of starts.entries()) {
            if (j > i) expect(j - i).toBeLessThanOrEqual(((to - from) / 1_000) * rate + rate + 1)
          }
        }
      },
    ),
  )
})

test('a caller that waits for the returned time may call', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 600 }), (cost, perMinute) => {
      const first = takeTokens({ tokens: 0, at: 0 }, perMinute / 60, 1, cost, 0)
      expect(tokenWaitMs(first, perMinute / 60, 1, tokenWaitMs(first, perMinute / 60, 1, 0))).toBe(0)
    }),
  )
})

test('callers without a permit get times one after another, and a caller that comes early clears the times', () => {
  const turns = new RetrySlots()
  expect(['a', 'b', 'c'].map((who) => turns.next(who, 1_000, 500, 0))).toEqual([1_000, 1_500, 2_000])
  expect(turns.next('a', 1_500, 500, 1_000)).toBe(2_500)
  expect(turns.next('b', 1_300, 500, 1_200)).toBe(1_300) // before its turn
})
