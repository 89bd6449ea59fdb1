import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { TOPICS } from '../../src/campaigns/definition.ts'
import { COUNTRIES } from '../../src/kit/countries.ts'
import { packSupporter, type Supporter, unpackSupporter } from '../../src/supporter-list/supporter.ts'
import { addressOf } from '../support/supporter-world.ts'

const anna: Supporter = {
  email: addressOf('anna@example.org'),
  name: 'Анна 🌾',
  locales: ['kk', 'ru'],
  topics: ['mining', 'public-services'],
  country: 'KZ',
  since: 1_800_000_000_000,
  consent: { wording: 'v1', at: 1_799_999_000_000, via: 'page' },
}

const supporters = fc
  .record(
    {
      name: fc.string({ minLength: 1, maxLength: 100 }),
      locales: fc.uniqueArray(fc.constantFrom('en', 'ru', 'fr', 'es', 'kk', 'ar'), { minLength: 1 }),
      topics: fc.subarray([...TOPICS]),
      country: fc.constantFrom(...COUNTRIES),
    },
    { requiredKeys: ['locales', 'topics'] },
  )
  .map((profile): Supporter => ({ ...anna, name: 'x', country: 'KZ', ...profile }))

test('unpacking a packed supporter returns the supporter', () => {
  fc.assert(
    fc.property(supporters, (supporter) => {
      expect(unpackSupporter(JSON.parse(JSON.stringify(packSupporter(supporter))))).toEqual(supporter)
    }),
  )
  const { name: _, country: __, ...bare } = anna
  expect(unpackSupporter(packSupporter({ ...bare, topics: [] }))).toEqual({ ...bare, topics: [] })
})

test('an unknown topic letter is ignored', () => {
  const packed = packSupporter(anna) as unknown[]
  expect(unpackSupporter(packed.with(3, 'mZ'))?.topics).toEqual(['mining'])
})

test('other values are not supporters', () => {
  const packed = packSupporter(anna) as unknown[]
  const others = [
    null,
    'anna@example.org',
    {},
    [],
    packed.slice(1),
    [...packed, 1],
    packed.with(0, 'Anna@example.org'),
    packed.with(0, 'anna'),
    packed.with(2, ''),
    packed.with(5, 'now'),
  ]
  for (const other of others) expect(unpackSupporter(other)).toBeNull()
})
