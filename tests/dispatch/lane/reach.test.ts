import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecipientStatus } from '../../../src/delivery/recipient-statuses.ts'
import { reachOf } from '../../../src/dispatch/lane/reach.ts'

const found = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 4 }),
    position: fc.nat(20),
    fingerprint: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 4, maxLength: 4 }),
    status: fc.constantFrom<RecipientStatus>('waiting', 'accepted', 'refused', 'suppressed', 'uncertain', 'cancelled'),
  }),
  { selector: ({ fingerprint }) => fingerprint },
)
const openCalls = fc.uniqueArray(fc.integer({ min: 1, max: 4 })).map((ids) => new Set(ids))

test('a correction goes to the accepted and the uncertain, and waits while anybody is undecided', () => {
  fc.assert(
    fc.property(found, openCalls, (people, calls) => {
      const { reached, open } = reachOf(people, calls, 'got')
      for (const { id, fingerprint, status } of people) {
        const isUndecided = status === 'waiting' || (status === 'uncertain' && calls.has(id))
        expect(open.includes(fingerprint)).toBe(isUndecided)
        expect(reached.includes(fingerprint)).toBe(status === 'accepted' || (status === 'uncertain' && !isUndecided))
      }
    }),
  )
})

test('of one dispatch, nobody is both corrected and sent the mail to the rest', () => {
  fc.assert(
    fc.property(found, openCalls, (people, calls) => {
      const [got, leftOut] = [reachOf(people, calls, 'got'), reachOf(people, calls, 'reached')]
      const rest = people.filter(({ fingerprint }) => ![...leftOut.reached, ...leftOut.open].includes(fingerprint))
      expect(rest.filter(({ fingerprint }) => got.reached.includes(fingerprint))).toEqual([])
    }),
  )
})
