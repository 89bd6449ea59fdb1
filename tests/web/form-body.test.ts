import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameField } from '../../src/web/fields.ts'
import { readBody } from '../../src/web/form-body.ts'

const TYPE = 'application/x-www-form-urlencoded'
const post = (body: string | Uint8Array<ArrayBuffer>, type = TYPE) =>
  readBody(new Request('https://act.example.org/', { method: 'POST', body, headers: { 'content-type': type } }))
const nameIn = async (body: string, type = TYPE) => {
  const read = await post(body, type)
  return 'fields' in read ? read.fields.name : read.kind
}

test.each([
  ['windows-1251', 'name=%C0%ED%ED%E0', 'Анна'],
  ['KOI8-R', 'name=%E1%CE%CE%C1', 'Анна'],
  ['iso-8859-1', 'name=Ren%E9+M%FCller', 'René Müller'],
  ['"windows-1256"', 'name=%E3%CD%E3%CF', 'محمد'],
  ['shift_jis', 'name=%8ER%93c', '山田'],
  ['utf-8', 'name=%D0%90%D0%BD%D0%BD%D0%B0', 'Анна'],
  ['of-another-world', 'name=Anna', 'Anna'],
])('a form that declares %s is read in it', async (charset, body, name) => {
  expect(await nameIn(body, `${TYPE}; charset=${charset}`)).toBe(name)
  expect(await nameIn(`_charset_=${charset.replaceAll('"', '')}&${body}`)).toBe(name)
})

test('a name whose letters were lost is refused with a sentence', async () => {
  const name = await nameIn('name=%C0%ED%ED%E0') // windows-1251, and nothing says so
  expect(nameField.safeParse(name).error?.issues.map(({ message }) => message)).toContain('fault.text.garbled')
  expect(nameField.safeParse('Анна').success).toBe(true)
})

test('any form of a page in UTF-8 is read as URLSearchParams reads it', async () => {
  const pair = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { maxLength: 6 }), async (pairs) => {
      const body = new URLSearchParams(pairs)
      const read = await post(String(body))
      const fields = 'fields' in read ? read.fields : {}
      for (const name of new Set(body.keys())) {
        if (name !== '_charset_') expect([fields[name]].flat()).toEqual(body.getAll(name))
      }
    }),
  )
  for (const body of ['a=%&b=%4&c=%zz', '=&&x', 'a==b=&a', 'a=1&a=2&a=', '%']) {
    const read = await post(body)
    const expected = new URLSearchParams(body)
    const fields = 'fields' in read ? read.fields : {}
    for (const name of expected.keys()) expect([fields[name]].flat()).toEqual(expected.getAll(name))
  }
})
