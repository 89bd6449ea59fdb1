import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { fromUtf8, utf8 } from '../../../src/kit/bytes.ts'
import { quotedPrintable } from '../../../src/transports/mime/quoted-printable.ts'

/** Decodes with an independent decoder: one character per octet, LF line breaks. */
async function decoded(body: Uint8Array): Promise<string> {
  const head = utf8('Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n')
  const { attachments } = await PostalMime.parse(new Uint8Array([...head, ...body, ...utf8(END)]), {
    attachmentEncoding: 'arraybuffer',
  })
  const [{ content } = expect.fail('the decoder found nothing')] = attachments
  if (!(content instanceof ArrayBuffer)) expect.fail('the decoder gave no octets')
  const read = asCharacters(new Uint8Array(content))
  expect(read).toMatch(/\nend\n$/)
  return read.slice(0, -'\nend\n'.length)
}

/** Adds a final line break, as the decoder does. */
const END = '\r\nend'
const asCharacters = (octets: Uint8Array) => String.fromCharCode(...octets)
const encoded = (text: string) => fromUtf8(quotedPrintable(utf8(text)))

const TOKENS = ['a', 'word ', 'x'.repeat(40), ' ', '\t', '.', '=', '=3D', '\n', '\r\n', '\r', 'é', 'ж', '中', '🔔']
const texts = fc
  .array(fc.constantFrom(...TOKENS, 'From ', '\nFrom ', '\n.'), { minLength: 1, maxLength: 400 })
  .map((tokens) => utf8(tokens.join('')))
const octets = fc.oneof(texts, fc.uint8Array({ minLength: 1, maxLength: 400 }))

describe('quoted-printable', () => {
  test('decodes to the same octets', async () => {
    await fc.assert(
      fc.asyncProperty(octets, async (text) => {
        expect(await decoded(quotedPrintable(text))).toBe(asCharacters(text).replaceAll('\r\n', '\n'))
      }),
      { numRuns: 1_000 },
    )
  })

  test('has lines of at most 76 ASCII octets that servers do not change', () => {
    fc.assert(
      fc.property(octets, (text) => {
        for (const line of fromUtf8(quotedPrintable(text)).split('\r\n')) {
          expect(line).toMatch(/^[\t\x20-\x7e]{0,76}$/)
          expect(line).not.toMatch(/^\.|^From |[\t ]$/)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('escapes a dot and a From at the beginning of a line only', () => {
    expect(encoded('.a.\n..\nFrom x\nFrom\nfrom x. From y')).toBe('=2Ea.\r\n=2E.\r\n=46rom x\r\nFrom\r\nfrom x. From y')
    expect(encoded(`${'a'.repeat(75)}.b`)).toBe(`${'a'.repeat(75)}=\r\n=2Eb`)
    expect(encoded(`${'a'.repeat(75)}From b`)).toBe(`${'a'.repeat(75)}=\r\n=46rom b`)
  })

  test('escapes a space at the end of a line, and a bare CR', () => {
    expect(encoded('a \nb\t\r\nc d ')).toBe('a=20\r\nb=09\r\nc d=20')
    expect(encoded('a\rb')).toBe('a=0Db')
  })

  test('never splits an escape', () => {
    for (let length = 70; length < 78; length++)
      expect(encoded(`${'a'.repeat(length)}é`)).toMatch(/^(?:(?:[a-z]|=[0-9A-F]{2})+=\r\n)?(?:[a-z]|=[0-9A-F]{2})+$/)
  })
})
