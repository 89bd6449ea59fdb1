import { expect, test } from 'vitest'
import { isDisjoint } from '../../src/dispatch/overlap.ts'

const at = (ms: number) => new Date(ms).toISOString()

test('two audiences are disjoint by language if both name different ones', () => {
  expect(isDisjoint({ audience: { locales: ['en', 'fr'] }, followUpAfter: 1 }, { locales: ['ru'] })).toBe(true)
  expect(isDisjoint({ audience: { locales: ['en', 'fr'] }, followUpAfter: 1 }, { locales: ['ru', 'fr'] })).toBe(false)
  expect(isDisjoint({ audience: {}, followUpAfter: 1 }, { locales: ['ru'] })).toBe(false)
  expect(isDisjoint({ audience: { locales: ['ru'] }, followUpAfter: 1 }, {})).toBe(false)
})

test('people who joined since are a disjoint audience only once the earlier dispatch has read all its people', () => {
  expect(isDisjoint({ audience: {}, followUpAfter: 1_000 }, { confirmedAfter: at(1_000) })).toBe(true)
  expect(isDisjoint({ audience: {}, followUpAfter: 1_000 }, { confirmedAfter: at(999) })).toBe(false)
  expect(isDisjoint({ audience: {}, followUpAfter: null }, { confirmedAfter: at(5_000) })).toBe(false)
})

test('topics and countries prove nothing, since people change them', () => {
  expect(isDisjoint({ audience: { topics: ['mining'] }, followUpAfter: 1 }, { topics: ['media'] })).toBe(false)
  expect(isDisjoint({ audience: { countries: ['KZ'] }, followUpAfter: 1 }, { countries: ['FR'] })).toBe(false)
})

test('people whom different dispatches have reached are disjoint audiences', () => {
  expect(isDisjoint({ audience: { reachedBy: 'a' }, followUpAfter: 1 }, { reachedBy: 'b' })).toBe(true)
  expect(isDisjoint({ audience: { reachedBy: 'a' }, followUpAfter: 1 }, { reachedBy: 'a' })).toBe(false)
  expect(isDisjoint({ audience: {}, followUpAfter: 1 }, { reachedBy: 'b' })).toBe(false)
  expect(isDisjoint({ audience: { reachedBy: 'a' }, followUpAfter: 1 }, {})).toBe(false)
})
