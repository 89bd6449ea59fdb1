import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRetryAfter } from '../../src/transports/retry-after.ts'

const NOW = Date.UTC(2026, 9, 21, 7, 27, 30)
const read = (headers: Record<string, string>, otherwise?: number) =>
  readRetryAfter(new Headers(headers), NOW, otherwise)

test.each<[string | undefined, number | undefined, object]>([
  ['30', undefined, { retryAfterSeconds: 30 }],
  ['0.5', 9, { retryAfterSeconds: 0.5 }],
  [undefined, 9, { retryAfterSeconds: 9 }],
  [undefined, undefined, {}],
  ['0', 9, {}],
  ['-1', undefined, {}],
  ['', 9, {}],
  ['soon', 9, {}],
  ['1 minute', undefined, {}],
  ['999999999', undefined, { retryAfterSeconds: 86_400 }],
  [undefined, 999_999_999, { retryAfterSeconds: 86_400 }],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 9, { retryAfterSeconds: 30 }],
  ['Wednesday, 21-Oct-26 07:28:00 GMT', 9, { retryAfterSeconds: 30 }],
  ['Wed Oct 21 07:28:00 2026', 9, { retryAfterSeconds: 30 }],
  ['Wed, 21 Oct 2026 07:27:30 GMT', 9, {}],
  ['Tue, 20 Oct 2026 07:28:00 GMT', 9, {}],
  ['Fri, 21 Oct 2036 07:28:00 GMT', undefined, { retryAfterSeconds: 86_400 }],
  [undefined, Number.NaN, {}],
])('Retry-After %s, otherwise %s: %o', (header, otherwise, expected) => {
  expect(read(header === undefined ? {} : { 'retry-after': header }, otherwise)).toEqual(expected)
})

test('a date is counted from the clock of the provider that wrote it', () => {
  const headers = { date: 'Wed, 21 Oct 2026 09:00:00 GMT', 'retry-after': 'Wed, 21 Oct 2026 09:00:08 GMT' }
  expect(read(headers)).toEqual({ retryAfterSeconds: 8 })
})

test('a number and the date of the same moment ask for the same wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), (seconds) => {
      const date = new Date(NOW + seconds * 1_000).toUTCString()
      expect(read({ 'retry-after': date })).toEqual(read({ 'retry-after': String(seconds) }))
    }),
  )
})
