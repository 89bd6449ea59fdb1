import { expect, test } from 'vitest'
import { toBase64 } from '../../src/kit/bytes.ts'
import { keyring, parseKeyring } from '../../src/security/keyring.ts'
import { keysOf } from '../support/keys.ts'

const key = (byte: number, length = 32) => toBase64(new Uint8Array(length).fill(byte))

test('a keyring lists its keys in order; the first key seals', () => {
  const roots = parseKeyring(`new:${key(1)}, old:${key(2)}`)
  expect(roots?.map(({ id }) => id)).toEqual(['new', 'old'])
  expect(keyring(roots ?? []).current).toBe('new')
})

test('a keyring with one malformed part is refused as a whole', () => {
  for (const text of [
    '',
    'k1',
    `k1:${key(1, 31)}`,
    `k1:${key(1, 33)}`,
    `K1:${key(1)}`,
    `k1:!${key(1)}`,
    `:${key(1)}`,
    `k1:${key(1)},`,
    `k1:${key(1)},k1:${key(2)}`,
    `ninechars:${key(1)}`,
  ]) {
    expect(`${text}: ${parseKeyring(text)}`).toBe(`${text}: null`)
  }
})

test('an unknown key id derives no key, and an empty keyring throws', () => {
  expect(keysOf('a').sealingKey('b', 'confirm')).toBeNull()
  expect(keysOf('a').signingKey('b', 'confirm')).toBeNull()
  expect(() => keyring([])).toThrow('at least one key')
})

test('derived keys cannot be exported', async () => {
  const derived = await keysOf('a').sealingKey('a', 'confirm')
  expect(derived?.extractable).toBe(false)
})
