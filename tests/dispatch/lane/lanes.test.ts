import { expect, test } from 'vitest'
import { laneOfFingerprint, lanesFor, prefixesFor } from '../../../src/dispatch/lane/lanes.ts'
import { AUDIENCE_PREFIX } from '../../../src/supporter-list/store.ts'

test.each([1, 4, 16])('with %i lanes each fingerprint belongs to the one lane that lists it', (lanes) => {
  const prefixes = prefixesFor(lanes)
  expect(prefixes).toHaveLength(lanes)
  for (const digit of '0123456789abcdef') {
    const fingerprint = digit.padEnd(32, '7')
    const listing = prefixes.map((some) => some.filter((one) => (AUDIENCE_PREFIX + fingerprint).startsWith(one)).length)
    expect(listing.reduce((sum, found) => sum + found)).toBe(1)
    expect(listing[laneOfFingerprint(fingerprint, lanes)]).toBe(1)
  }
})

test('few people need few lanes', () => {
  expect([0, 5_000, 5_008, 16_000, 16_016, Number.POSITIVE_INFINITY].map(lanesFor)).toEqual([1, 1, 4, 4, 16, 16])
})
