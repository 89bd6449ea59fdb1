import { expect, test } from 'vitest'
import { readRetryAfter } from '../../src/transports/retry-after.ts'

test.each<[string | undefined, number | undefined, object]>([
  ['30', undefined, { retryAfterSeconds: 30 }],
  ['0.5', 9, { retryAfterSeconds: 0.5 }],
  [undefined, 9, { retryAfterSeconds: 9 }],
  [undefined, undefined, {}],
  ['0', 9, {}],
  ['-1', undefined, {}],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 9, {}],
  [undefined, Number.NaN, {}],
])('Retry-After %s, otherwise %s: %o', (header, otherwise, expected) => {
  expect(readRetryAfter(new Headers(header === undefined ? {} : { 'retry-after': header }), otherwise)).toEqual(
    expected,
  )
})
