import * as fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'
import { defined } from '../../src/kit/defined.ts'

const objects = fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }))

test('undefined members are removed, and all others stay in order', () => {
  fc.assert(
    fc.property(objects, (members) => {
      const kept = defined(members)
      expect(Object.entries(kept)).toEqual(Object.entries(members).filter(([, value]) => value !== undefined))
      expect(JSON.stringify(kept)).toBe(JSON.stringify(members))
    }),
  )
})

test('null, zero, false and the empty text stay', () => {
  expect(defined({ a: null, b: 0, c: false, d: '', e: undefined })).toStrictEqual({ a: null, b: 0, c: false, d: '' })
})

test('a member that can be undefined has an optional type', () => {
  const name: string | undefined = process.env.NOT_SET
  expectTypeOf(defined({ name, year: 1970 })).toEqualTypeOf<{ name?: string; year: number }>()
})
