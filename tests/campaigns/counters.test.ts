import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countriesToShow } from '../../src/campaigns/counters.ts'

test('a country is named from three writers on, never if taking part is risky there; the sum counts everyone', () => {
  expect(countriesToShow({ NO: 12, IE: 3, FR: 2, BY: 40, '': 5 }, ['BY'])).toEqual({
    named: [
      { country: 'NO', people: 12 },
      { country: 'IE', people: 3 },
    ],
    others: 47,
  })
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('NO', 'IE', 'FR', 'BY', 'KZ', ''), fc.nat(50)), (countries) => {
      const { named, others } = countriesToShow(countries, ['BY'])
      const total = Object.values(countries).reduce((sum, people) => sum + people, 0)
      expect(named.reduce((sum, { people }) => sum + people, others)).toBe(total)
      expect(named.every(({ country, people }) => people >= 3 && country !== 'BY' && country !== '')).toBe(true)
    }),
  )
})

test('a risky country is never named, whatever spelling it, or the letters, were stored in', () => {
  const spellings = ['GB', 'UK', 'gb', 'GBR', ' uk ']
  for (const risky of spellings)
    for (const stored of spellings)
      expect(countriesToShow({ [stored]: 40, NO: 5 }, [risky])).toEqual({
        named: [{ country: 'NO', people: 5 }],
        others: 40,
      })
  expect(countriesToShow({ EL: 2, GR: 1, XX: 9 }, [])).toEqual({ named: [{ country: 'GR', people: 3 }], others: 9 })
})
