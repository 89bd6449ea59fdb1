import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/kit/bytes.ts'
import { readCapabilities } from '../../../src/transports/smtp/capabilities.ts'
import { lineConnection, MAX_LINE_OCTETS } from '../../../src/transports/smtp/lines.ts'
import { MAX_REPLY_LINES, quoteReply, type SmtpReply } from '../../../src/transports/smtp/reply.ts'

/** A server that sends these pieces and then closes. */
const after = (...pieces: string[]) => {
  const left = pieces.filter((piece) => piece !== '').map((piece) => utf8(piece))
  return lineConnection({
    read: async () => left.shift() ?? null,
    write: async () => undefined,
    startTls: async () => expect.fail('nobody asked for TLS'),
    close: async () => undefined,
  })
}
const replyOf = (...pieces: string[]): Promise<SmtpReply> => after(...pieces).reply(1_000)

test('replies are parsed the same for any chunk size', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '-', '5', '.', '1'), maxLength: 12 })
  const reply = fc.record({ code: fc.integer({ min: 200, max: 599 }), texts: fc.array(text, { minLength: 1 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { minLength: 1 }), fc.infiniteStream(fc.nat(9)), async (replies, sizes) => {
      const said = replies
        .map(({ code, texts }) =>
          texts.map((line, i) => `${code}${i < texts.length - 1 ? '-' : ' '}${line}\r\n`).join(''),
        )
        .join('')
      const pieces: string[] = []
      for (let at = 0; at < said.length; ) {
        const size = 1 + (sizes.next().value ?? 0)
        pieces.push(said.slice(at, at + size))
        at += size
      }
      const inOne = after(said)
      const inPieces = after(...pieces)
      for (const { code, texts } of replies) {
        const found = await inPieces.reply(1_000)
        expect(found).toEqual(await inOne.reply(1_000))
        expect(found.code).toBe(code)
        expect(found.lines).toHaveLength(texts.length)
      }
    }),
  )
})

test('an enhanced code counts if it has the class of the code', async () => {
  expect(await replyOf('550 5.1.1 <a@example.org>: no such user\r\n')).toEqual({
    code: 550,
    enhanced: '5.1.1',
    lines: ['<a@example.org>: no such user'],
  })
  expect(await replyOf('250 5.1.1 ok\r\n')).toMatchObject({ enhanced: null, lines: ['5.1.1 ok'] })
  expect(await replyOf('421-4.7.0 Try again later,\r\n421 4.7.0 closing\r\n')).toEqual({
    code: 421,
    enhanced: '4.7.0',
    lines: ['Try again later,', 'closing'],
  })
  expect(await replyOf('250\r\n')).toEqual({ code: 250, enhanced: null, lines: [''] })
  expect(await replyOf('220 bare line feed\n')).toMatchObject({ code: 220 })
})

describe('invalid SMTP ends the connection', () => {
  test.each([
    ['an HTML page', 'HTTP/1.1 400 Bad Request\r\n'],
    ['an unknown code', '650 hm\r\n'],
    ['nothing but a number', '25\r\n'],
    ['two codes in one reply', '250-a\r\n550 b\r\n'],
    ['a line without an end', `220 ${'x'.repeat(MAX_LINE_OCTETS)}`],
    ['a line that ends too late', `220 ${'x'.repeat(MAX_LINE_OCTETS)}\r\n`],
    ['a reply without an end', '250-x\r\n'.repeat(MAX_REPLY_LINES + 1)],
  ])('%s', async (_, said) => {
    await expect(replyOf(said)).rejects.toMatchObject({ kind: 'protocol' })
  })
  test('the connection can end in the middle of a reply', async () => {
    await expect(replyOf()).rejects.toMatchObject({ kind: 'closed' })
    await expect(replyOf('250-half\r\n250 b')).rejects.toMatchObject({ kind: 'closed' })
  })
})

test('quoted replies have no address and no control character, and are shortened', async () => {
  const shown = quoteReply(
    await replyOf(
      `550 5.7.1 <reader@example.org>: \x07mail for reader@example.org refused ${'because '.repeat(60)}\r\n`,
    ),
  )
  expect(shown).toMatch(/^550 5\.7\.1 …: mail for … refused because/)
  expect(shown.length).toBeLessThan(200)
})

test('capabilities are read in any case, and in the old AUTH= form', async () => {
  const said = '250-here\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-auth login\r\n250-AUTH=PLAIN\r\n250 8bitmime\r\n'
  expect(readCapabilities(await replyOf(said))).toEqual({
    startTls: false,
    pipelining: true,
    eightBitMime: true,
    maxSize: 1_000,
    size: true,
    auth: new Set(['LOGIN', 'PLAIN']),
  })
  const open = readCapabilities(await replyOf('250-STARTTLS is my name\r\n250 SIZE 0\r\n'))
  expect(open).toMatchObject({ startTls: false, size: true, maxSize: null })
})
