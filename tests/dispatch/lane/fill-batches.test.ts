import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillBatches, MAX_BATCH_BYTES, type Remainders } from '../../../src/dispatch/lane/fill-batches.ts'
import { localeFor } from '../../../src/supporter-list/audience-filter.ts'
import type { Person } from '../../../src/supporter-list/person.ts'

const person = (n: number, more: Partial<Person> = {}): Person => ({
  fingerprint: n.toString(16).padStart(32, '0'),
  email: `p${n}@example.org`,
  locales: ['en'],
  topics: [],
  since: 0,
  ...more,
})

test('pages of any size put each person into one batch, of one language and at most the transport’s size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('en', 'fr', 'kk'), { maxLength: 120 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 10 }),
      (locales, pageSize, maxBatch) => {
        const everybody = locales.map((locale, n) => person(n, { locales: [locale] }))
        const frozen: string[] = []
        let remainders: Remainders = {}
        for (let at = 0; at < everybody.length; at += pageSize) {
          const page = everybody.slice(at, at + pageSize)
          const step = fillBatches(remainders, page, {
            audience: {},
            locales: ['en', 'fr'],
            maxBatch,
            alreadyReached: new Set(),
          })
          remainders = step.remainders
          for (const { locale, people } of step.filled) {
            expect(people.length).toBe(maxBatch)
            for (const { recipient } of people) expect(locale === 'fr').toBe(recipient.locales[0] === 'fr')
            frozen.push(...people.map(({ fingerprint }) => fingerprint))
          }
        }
        const rest = Object.values(remainders).flat()
        expect(Object.values(remainders).every((people) => people.length < maxBatch)).toBe(true)
        const all = [...frozen, ...rest.map(({ fingerprint }) => fingerprint)]
        expect(new Set(all).size).toBe(all.length)
        expect(all.sort()).toEqual(everybody.map(({ fingerprint }) => fingerprint).sort())
      },
    ),
  )
})

test('the remainders fit their row in any number of languages, and no person is dropped', () => {
  const locales = Array.from(
    { length: 40 },
    (_, n) => `${'abcdefghijklmnopqrstuvwxyz'[n % 26]}${'xyz'[Math.floor(n / 26)]}`,
  )
  const everybody = Array.from({ length: 20_000 }, (_, n) =>
    person(n, { locales: [locales[n % locales.length] ?? ''], name: 'Қанарейка Шахтёрская' }),
  )
  let remainders: Remainders = {}
  let frozen = 0
  for (let at = 0; at < everybody.length; at += 1_000) {
    const page = everybody.slice(at, at + 1_000)
    const step = fillBatches(remainders, page, { audience: {}, locales, maxBatch: 1_000, alreadyReached: new Set() })
    remainders = step.remainders
    frozen += step.filled.reduce((sum, { people }) => sum + people.length, 0)
    expect(Buffer.byteLength(JSON.stringify(remainders))).toBeLessThan(MAX_BATCH_BYTES)
  }
  expect(frozen + Object.values(remainders).flat().length).toBe(everybody.length)
})

test('people of another dispatch of the appeal are left out', () => {
  const { remainders } = fillBatches({}, [person(1), person(2)], {
    audience: {},
    locales: ['en'],
    maxBatch: 10,
    alreadyReached: new Set([person(1).fingerprint]),
  })
  expect(remainders.en?.map(({ fingerprint }) => fingerprint)).toEqual([person(2).fingerprint])
})

test('a person gets the first of their languages that the campaign has, else English', () => {
  expect(localeFor(person(1, { locales: ['kk', 'ru', 'en'] }), {}, ['en', 'ru'])).toBe('ru')
  expect(localeFor(person(1, { locales: ['ar'] }), {}, ['en', 'ru'])).toBe('en')
  expect(localeFor(person(1, { locales: ['kk', 'ru'] }), { locales: ['en'] }, ['en', 'ru'])).toBeNull()
})

test('an audience is filtered by topic, country and time of confirmation', () => {
  const miner = person(1, { topics: ['mining'], country: 'KZ', since: 5_000 })
  expect(localeFor(miner, { topics: ['mining', 'media'] }, ['en'])).toBe('en')
  expect(localeFor(miner, { topics: ['media'] }, ['en'])).toBeNull()
  expect(localeFor(person(2), { topics: ['media'] }, ['en'])).toBe('en') // chose none: reads about all
  expect(localeFor(miner, { countries: ['FR'] }, ['en'])).toBeNull()
  expect(localeFor(person(2), { countries: ['FR'] }, ['en'])).toBeNull() // gave none: is in none
  expect(localeFor(miner, { confirmedAfter: new Date(5_000).toISOString() }, ['en'])).toBeNull()
  expect(localeFor(miner, { confirmedAfter: new Date(4_999).toISOString() }, ['en'])).toBe('en')
})
