import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import { decide, mergeRows, type NumberedRow } from '../../../src/supporters/import/decision.ts'
import { readRow } from '../../../src/supporters/import/row.ts'
import { addressOf } from '../../support/supporter-world.ts'

const NOW = Date.UTC(2026, 10, 24, 12)
const context = { locales: ['en', 'ru', 'kk', 'zh-Hant'], now: NOW }
const read = (row: Record<string, unknown>) => readRow({ email: 'anna@example.org', ...row }, context)
const consent = (at: string, source = 'petition') => read({ consent: { source, at } })

test('common spellings in a row are understood', () => {
  const row = {
    email: ' Anna@Example.ORG ',
    name: ' Анна\tК. ',
    locales: ['ru-RU', 'KK', 'zh_hant', 'de', 'ru'],
    topics: ['Mining'],
    country: 'kz',
    consent: { source: 'petition', at: '2024-05-31 18:00', wording: 'Keep me\ninformed' },
  }
  expect(read(row)).toEqual({
    ok: true,
    value: {
      email: 'anna@example.org',
      name: 'Анна К.',
      locales: ['ru', 'kk', 'zh-Hant'],
      topics: ['mining'],
      country: 'KZ',
      consent: { source: 'petition', at: Date.UTC(2024, 4, 31, 18), wording: 'Keep me informed' },
      unspoken: false,
      unnamed: false,
    },
  })
  expect(read({ locales: ['pt'] })).toMatchObject({ ok: true, value: { locales: [], unspoken: true } })
})

test.each([
  ['an empty address', { email: ' ' }, 'no-address'],
  ['none at all', { email: undefined }, 'no-address'],
  ['what is no address', { email: 'anna at example' }, 'bad-address'],
  ['an invisible character in an address', { email: 'an\u200Bna@example.org' }, 'invisible:U+200B:3'],
  ['an address that is no text', { email: 7 }, 'bad-address'],
  ['a name of a thousand characters', { name: 'x'.repeat(1_000) }, 'bad-name'],
  ['languages that are none', { locales: ['anna@example.org'] }, 'bad-locales'],
  ['languages that are no list', { locales: 'ru' }, 'bad-locales'],
  ['a topic nobody knows: leaving it out would mean all of them', { topics: ['gardening'] }, 'bad-topics'],
  ['a country that is none', { country: 'Kazakhstan' }, 'bad-country'],
  ['consent in numbers', { consent: { source: 7, at: '2024-05-31' } }, 'bad-consent'],
])('%s refuses the row', (_, row, reason) => {
  expect(read(row)).toEqual({ ok: false, error: reason })
})

test.each([
  ['31.05.2024', 'consent-unreadable'],
  ['2024-02-30', 'consent-unreadable'],
  ['yesterday', 'consent-unreadable'],
  ['2026-11-26', 'consent-future'],
  ['2016-11-01', 'consent-old'],
  ['1970-01-01', 'consent-old'],
])('consent at %s is refused: %s', (at, reason) => {
  expect(consent(at)).toEqual({ ok: false, error: reason })
})

test('incomplete proof of consent counts as none; a date that has begun in another zone is accepted', () => {
  for (const half of [{ source: 'petition' }, { at: '2024-05-31' }, { source: ' ', at: '2024-05-31' }, null]) {
    const found = read({ consent: half })
    expect(found.ok && found.value.consent).toBeUndefined()
  }
  expect(consent('2026-11-25')).toMatchObject({ ok: true, value: { consent: { at: NOW } } })
  expect(consent('2024-05-31T18:00:00+05:00')).toMatchObject({
    value: { consent: { at: Date.UTC(2024, 4, 31, 13) } },
  })
})

const email = addressOf('anna@example.org')
const anna: Supporter = {
  email,
  locales: ['ru'],
  topics: ['mining'],
  since: 5,
  consent: { wording: 'v1', at: 5, via: 'page' },
}
const person = {
  rows: [2],
  email,
  name: 'Anna',
  locales: ['en'],
  topics: [],
  country: 'KZ',
  consent: { source: 'petition', at: 9_999, wording: '' },
}
const nobody = { left: false, admitted: false, existing: null }

test('an import keeps an existing record and only fills its missing fields', () => {
  expect(decide(person, { ...nobody, existing: anna }, [NOW], 'en')).toEqual({
    kind: 'merged',
    record: { ...anna, name: 'Anna', country: 'KZ' },
  })
  const whole = { ...anna, name: 'Аня', country: 'RU' }
  expect(decide(person, { ...nobody, existing: whole }, [NOW], 'en')).toEqual({ kind: 'merged', record: null })
  expect(decide(person, { ...nobody, admitted: true }, [NOW], 'en')).toEqual({ kind: 'merged', record: null })
})

test('suppressed people are never imported', () => {
  expect(decide(person, { left: true, admitted: false, existing: anna }, [NOW], 'en')).toEqual({ kind: 'left' })
})

test('a step repeated after a restart recognises its own records and writes the rest', () => {
  const first = decide(person, nobody, [NOW], 'en')
  expect(first).toMatchObject({ kind: 'imported', record: { since: NOW, consent: { via: 'import:petition' } } })
  const written = first.kind === 'imported' ? first.record : null
  expect(decide(person, { ...nobody, existing: written }, [NOW, NOW + 9], 'en')).toEqual({
    kind: 'imported',
    record: null,
  })
  expect(decide(person, nobody, [NOW, NOW + 9], 'en')).toMatchObject({ record: { since: NOW + 9 } })
  expect(decide(person, { ...nobody, existing: written }, [NOW + 9], 'en')).toMatchObject({ kind: 'merged' })
})

const entry: fc.Arbitrary<Omit<NumberedRow, 'row'>> = fc.record(
  {
    email: fc.constantFrom('a@example.org', 'b@example.org', 'c@example.org').map(addressOf),
    name: fc.constantFrom('A', 'B'),
    locales: fc.constantFrom<string[]>([], ['ru'], ['kk', 'en']),
    topics: fc.constantFrom<NumberedRow['topics']>([], ['mining']),
    country: fc.constantFrom('KZ', 'GB'),
    consent: fc.record({ source: fc.constant('x'), at: fc.nat(9), wording: fc.constantFrom('', 'w') }),
  },
  { requiredKeys: ['email', 'locales', 'topics'] },
)
const file = fc
  .array(entry, { maxLength: 12 })
  .map((rows): NumberedRow[] => rows.map((row, at) => ({ ...row, row: at + 2 })))

test('merging keeps every row, makes one person per address, and prefers the latest consent', () => {
  fc.assert(
    fc.property(file, (entries) => {
      const people = mergeRows(entries)
      expect(people.flatMap(({ rows }) => rows).sort((a, b) => a - b)).toEqual(entries.map(({ row }) => row))
      expect(new Set(people.map(({ email }) => email)).size).toBe(people.length)
      for (const one of people) {
        const own = entries.filter(({ email }) => email === one.email)
        const times = own.flatMap(({ consent }) => consent?.at ?? [])
        expect(one.consent?.at).toBe(times.length === 0 ? undefined : Math.max(...times))
        expect(one.name !== undefined).toBe(own.some(({ name }) => name !== undefined))
        expect(one.locales.length > 0).toBe(own.some(({ locales }) => locales.length > 0))
      }
    }),
  )
})
