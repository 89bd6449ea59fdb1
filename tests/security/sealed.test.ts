import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { fromUtf8 } from '../../src/kit/bytes.ts'
import { sealed } from '../../src/security/sealed.ts'
import { open, openBytes, seal } from '../../src/security/vault.ts'
import { keysOf } from '../support/keys.ts'

const keys = keysOf('a')
const person = z.strictObject({ name: z.string(), place: z.string().optional(), year: z.int() })
const people = sealed('people', person)
const anna = { name: 'Анна 🌾', year: 1970 }
const anybody = fc.record(
  { name: fc.string({ unit: 'grapheme' }), place: fc.string(), year: fc.integer() },
  { requiredKeys: ['name', 'year'], noNullPrototype: true },
)

test('every sealed value opens again, as bytes and as text', async () => {
  await fc.assert(
    fc.asyncProperty(anybody, fc.string(), async (value, place) => {
      const forms = [await people.bytes(keys, place, value), await people.text(keys, place, value)]
      for (const form of forms) {
        expect(await people.open(keys, place, form)).toEqual(value)
        expect(await people.mustOpen(keys, place, form, 'a person')).toEqual(value)
      }
    }),
  )
})

test('sealed text contains the JSON of the value, for its purpose and place', async () => {
  await fc.assert(
    fc.asyncProperty(anybody, fc.string(), async (value, place) => {
      const plain = await openBytes(keys, 'people', place, await people.bytes(keys, place, value))
      expect(plain && fromUtf8(plain)).toBe(JSON.stringify(value))
      expect(await open(keys, 'people', place, await people.text(keys, place, value))).toEqual(value)
    }),
  )
})

test('a value opens only at its own place, for its own purpose, with its own key', async () => {
  const kept = await people.text(keys, 'people/1', anna)
  const others = [
    people.open(keys, 'people/2', kept),
    sealed('others', person).open(keys, 'people/1', kept),
    people.open(keysOf('b'), 'people/1', kept),
    people.open(keys, 'people/1', ''),
    people.open(keys, 'people/1', new Uint8Array()),
    people.open(keys, 'people/1', '*'),
  ]
  expect(await Promise.all(others)).toEqual(others.map(() => null))
  await expect(people.mustOpen(keysOf('b'), 'people/1', kept, 'a person')).rejects.toThrow(
    'a person does not open: KEYRING must still hold the key that sealed it',
  )
})

test('a value that does not match the schema is null, or an error with fields and no values', async () => {
  const kept = await seal(keys, 'people', 'people/1', { name: 'Anna', year: 'nineteen seventy' })
  expect(await people.open(keys, 'people/1', kept)).toBeNull()
  await expect(people.mustOpen(keys, 'people/1', kept, 'a person')).rejects.toThrow(
    /^a person is not as expected: year \(invalid_type\)$/,
  )
})
