import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatenate, fromBase64Url, fromHex, fromUtf8, toBase64Url, toHex, utf8 } from '../../src/kit/bytes.ts'

/** Longer than the shared array for short texts. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 2_000, maxLength: 5_000, size: 'max' }),
)

test('bytes are written in base64url and hexadecimal as Node writes them, and read back', () => {
  fc.assert(
    fc.property(bytes, (some) => {
      const node = Buffer.from(some)
      expect(toBase64Url(some)).toBe(node.toString('base64url'))
      expect(toHex(some)).toBe(node.toString('hex'))
      expect(Buffer.from(fromBase64Url(toBase64Url(some)) ?? []).equals(node)).toBe(true)
      expect(Buffer.from(fromHex(toHex(some)) ?? []).equals(node)).toBe(true)
    }),
  )
})

test('text that is no valid encoding is refused', () => {
  for (const text of ['A', 'AAAAA', 'AA==', 'A A', 'AA+A', 'AA/A', 'AAÄA', 'AA\u{1F33E}', '\0\0']) {
    expect(fromBase64Url(text)).toBeNull()
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const isWritten = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1
      expect(fromBase64Url(text) === null).toBe(!isWritten)
    }),
  )
})

test('UTF-8 is as Node encodes it, lone surrogates included, at every length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(Buffer.from(utf8(text)).equals(Buffer.from(text))).toBe(true)
      expect(fromUtf8(utf8(text))).toBe(text.toWellFormed())
    }),
  )
})

test('pieces are joined in order', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (pieces) => {
      expect(Buffer.from(concatenate(pieces)).equals(Buffer.concat(pieces))).toBe(true)
    }),
  )
})
