import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/kit/bytes.ts'
import { open, openBytes, seal, sealBytes } from '../../src/security/vault.ts'
import { keysOf } from '../support/keys.ts'

const keys = keysOf('a')
const record = { email: 'anna@example.org', name: 'Анна 🌾' }

test('every sealed value opens again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.string(), async (json, place) => {
      const value: unknown = JSON.parse(json)
      expect(await open(keys, 'supporter', place, await seal(keys, 'supporter', place, value))).toEqual(value)
    }),
  )
})

test('a record opens only at its own place, for its own purpose, with its own key', async () => {
  const sealed = await seal(keys, 'supporter', 'supporter/1', record)
  expect(await open(keys, 'supporter', 'supporter/1', sealed)).toEqual(record)
  expect(await open(keys, 'supporter', 'supporter/2', sealed)).toBeNull()
  expect(await open(keys, 'proof', 'supporter/1', sealed)).toBeNull()
  expect(await open(keysOf('b'), 'supporter', 'supporter/1', sealed)).toBeNull()
})

test('characters cannot move between purpose and place', async () => {
  const sealed = await seal(keys, 'a', 'b\nc', record)
  expect(await open(keys, 'a\nb', 'c', sealed)).toBeNull()
})

test('a change of any single bit keeps a record closed', async () => {
  const sealed = await sealBytes(keys, 'supporter', 'supporter/1', utf8('Anna'))
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = sealed.slice()
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(await openBytes(keys, 'supporter', 'supporter/1', changed)).toBeNull()
  }
})

test('cut, lengthened, empty and random bytes do not open and do not throw', async () => {
  const sealed = await sealBytes(keys, 'supporter', 'supporter/1', utf8('Anna'))
  for (let length = 0; length < sealed.length; length++) {
    expect(await openBytes(keys, 'supporter', 'supporter/1', sealed.slice(0, length))).toBeNull()
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
      expect(await openBytes(keys, 'supporter', 'supporter/1', new Uint8Array(bytes))).toBeNull()
    }),
  )
  for (const text of ['', '=', '*', 'AA', 'a'.repeat(10_000)]) {
    expect(await open(keys, 'supporter', 'supporter/1', text)).toBeNull()
  }
})

test('after a rotation the old key still opens, and the new one seals', async () => {
  const old = await seal(keysOf('a'), 'supporter', 'supporter/1', record)
  const rotated = keysOf('b', 'a')
  expect(await open(rotated, 'supporter', 'supporter/1', old)).toEqual(record)
  const fresh = await seal(rotated, 'supporter', 'supporter/1', record)
  expect(await open(keysOf('b'), 'supporter', 'supporter/1', fresh)).toEqual(record)
  expect(await open(keysOf('a'), 'supporter', 'supporter/1', fresh)).toBeNull()
})

test('sealing twice gives different bytes, so equal records do not look equal', async () => {
  expect(await seal(keys, 'supporter', 'supporter/1', record)).not.toBe(
    await seal(keys, 'supporter', 'supporter/1', record),
  )
})

test('sealed text contains nothing of its content', async () => {
  const sealed = await sealBytes(keys, 'supporter', 'supporter/1', utf8(JSON.stringify(record)))
  expect(Buffer.from(sealed).includes('anna')).toBe(false)
})

test('sealing with a missing key throws an error that names the key', async () => {
  await expect(sealBytes(keys, 'confirm', 'token', utf8('x'), { keyId: 'b', iv: new Uint8Array(12) })).rejects.toThrow(
    'no key b',
  )
})
