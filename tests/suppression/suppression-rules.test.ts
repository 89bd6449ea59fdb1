import { expect, test } from 'vitest'
import { admissionOf, mergeSuppressions, supersedes } from '../../src/suppression/suppression-rules.ts'

const left = (reason: 'bounced' | 'unsubscribed' | 'erased' | 'complained', since = 10) => ({ reason, since })

test('suppressions merge to the weightier reason and the latest time; a complaint is final', () => {
  expect(mergeSuppressions(null, left('unsubscribed', 20))).toEqual(left('unsubscribed', 20))
  expect(mergeSuppressions(left('unsubscribed'), left('erased', 20))).toEqual(left('erased', 20))
  expect(mergeSuppressions(left('erased'), left('unsubscribed', 20))).toEqual(left('erased', 20))
  expect(mergeSuppressions(left('erased'), left('bounced', 20))).toEqual(left('erased', 20))
  expect(mergeSuppressions(left('complained'), left('erased', 20))).toEqual(left('complained'))
})

test('a link admits a person who has not left since, unless a newer link was used', () => {
  expect([9, 10, 11].map((madeAt) => admissionOf(left('erased'), null, madeAt))).toEqual(['left', 'left', 'first'])
  expect([9, 10, 11].map((madeAt) => admissionOf(null, 10, madeAt))).toEqual(['older', 'again', 'first'])
  expect(admissionOf(left('complained'), null, 11)).toBe('left')
})

test('a queued mail is not sent after its reader has left, except a goodbye; after a complaint nothing is sent', () => {
  expect(supersedes(left('unsubscribed', 21), 'welcome', 20)).toBe(true)
  expect(supersedes(left('unsubscribed', 20), 'confirm', 20)).toBe(false) // requested since: the person signs up again
  expect(supersedes(left('unsubscribed', 21), 'goodbye', 20)).toBe(false)
  expect(supersedes(left('erased', 21), 'goodbye', 20)).toBe(true)
  expect(supersedes(left('complained'), 'goodbye', 20)).toBe(true)
})
