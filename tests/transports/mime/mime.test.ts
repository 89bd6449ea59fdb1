import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../../src/emails/message.ts'
import { fromUtf8, sha256Hex } from '../../../src/kit/bytes.ts'
import { buildMime, compose, toMime } from '../../../src/transports/mime/mime.ts'

const message = (more: Partial<Message> = {}): Message => ({
  from: { name: 'Dayanışma', address: 'news@example.org' },
  replyTo: { address: 'answer@example.org' },
  to: { name: 'Aigül “N” <x>', address: 'reader@example.org' },
  subject: 'Үндеу',
  html: '<p>x</p>\n',
  text: 'x\n',
  headers: {
    'List-Id': '"Tocsin" <tocsin.act.example.org>',
    'List-Unsubscribe': `<https://act.example.org/unsubscribe/${'t'.repeat(300)}>`,
  },
  messageId: 'd.1@act.example.org',
  date: Date.UTC(2026, 10, 22, 12),
  ...more,
})

/** The mail as nodemailer alone builds it. */
const byNodemailer = async (mail: Message) => buildMime(compose(mail, (await sha256Hex(mail.messageId)).slice(0, 24)))

async function expectSame(mail: Message): Promise<void> {
  const [ours, theirs] = await Promise.all([toMime(mail), byNodemailer(mail)])
  if (ours.length === theirs.length && ours.every((byte, at) => byte === theirs[at])) return
  expect(fromUtf8(ours)).toBe(fromUtf8(theirs))
}

const runs = (...of: string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...of), fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 60 })
    .map((pieces) => pieces.map(([piece, times]) => piece.repeat(times)).join(''))
const mixed = (...of: string[]) =>
  fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 400 }).map((pieces) => pieces.join(''))

/** Text with line breaks, escapes, characters of one to four octets, and characters that need encoding at their place. */
const ALPHABET = [
  'a',
  'bc',
  'word ',
  'x'.repeat(40),
  ' ',
  '\t',
  '.',
  '=',
  '=3D',
  '\n',
  '\r\n',
  '\r',
  '\nFrom ',
  '\n.',
  'ж',
  'é',
  '中',
  '🔔',
  '?',
  '=E2=80',
  'AF',
]

/**
 * Text as the parser returns it: LF line breaks, broken characters as U+FFFD, without final line breaks, which the parser adds.
 */
const asRead = (text = '') =>
  text
    .toWellFormed()
    .replace(/\r*\n/g, '\n')
    .replace(/[\r\n]+$/, '')

/** Expects that an independent parser finds both parts unchanged, in lines that servers do not change. */
async function expectReadBack(mail: Message): Promise<void> {
  const bytes = await toMime(mail)
  const read = await PostalMime.parse(bytes)
  expect([asRead(read.text), asRead(read.html)]).toEqual([asRead(mail.text), asRead(mail.html)])
  const [, ...body] = fromUtf8(bytes).split('\r\n\r\n')
  for (const line of body.join('\r\n\r\n').split('\r\n'))
    if (!/^(?!\.|From )[\t\x20-\x7e]{0,76}$/.test(line))
      expect.fail(`a line that may be changed: ${JSON.stringify(line)}`)
}

describe('a mail', () => {
  const texts = fc.oneof(
    mixed(...ALPHABET),
    runs(...ALPHABET),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  )
  test('is read by another parser, for any text in its two parts', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, (text, html) => expectReadBack(message({ text, html }))),
      { numRuns: 400 },
    )
  })

  test.each([
    ['of a letter', 'a'],
    ['of a line break', '\n'],
    ['that ends in spaces', 'ж aaa  '],
    ['in lines of 76 and 77', `${'a'.repeat(76)}\n${'b'.repeat(77)}`],
    ['in lines of 76', `${'a'.repeat(76)}\n`],
    ['in short lines of ASCII, one of which begins with a dot', 'a\n.\nb'],
    ['in short lines of ASCII, one of which begins with From', 'a\nFrom b'],
    ['in many lines of Latin', `${'word after word, é. '.repeat(50)}\n`.repeat(70)],
    ['of many words in one line', 'word after word, é. '.repeat(5_000)],
    ['of one word', 'é'.repeat(90_000).concat('a'.repeat(100_000))],
    ['as large as a mail may be, in Cyrillic', 'Солидарность\n'.repeat(4_000)],
    ['that has half of a character', 'a\ud83d b'],
  ])('is read back with a text %s', { timeout: 30_000 }, async (_, text) => {
    await expectReadBack(message({ text, html: text }))
  })

  test('has nodemailer’s header, for any subject and names', {
    timeout: 60_000,
  }, async () => {
    const words = mixed('a', 'ж ', '"', '\\', '中', '🔔', ' ', '=?', '?=', '<', ',', '\r\n')
    await fc.assert(
      fc.asyncProperty(words, words, (subject, name) =>
        expectSame(message({ subject, to: { name, address: 'reader@example.org' } })),
      ),
      { numRuns: 100 },
    )
  })

  test('keeps its two parts unchanged with attachments, and has equal bytes when built again', async () => {
    const content = new Uint8Array([0, 13, 10, 46, 255])
    const attachments = [
      { filename: 'letters.html', contentType: 'text/html; charset=utf-8', content },
      { filename: 'letters.pdf', contentType: 'application/pdf', content },
    ]
    const [bare, mixed, again] = await Promise.all(
      [{}, { attachments }, { attachments }].map(async (more) =>
        fromUtf8(await toMime(message({ text: 'é\n.x\n', html: '<p>\nFrom é', ...more }))),
      ),
    )
    expect(again).toBe(mixed)
    const boundary = /multipart\/alternative;\r\n boundary="(.+)"/.exec(bare ?? '')?.[1] ?? expect.fail()
    const [, text, html] = bare?.split(`--${boundary}`) ?? []
    const inner = /multipart\/alternative;\r\n boundary="(.+)"/.exec(mixed ?? '')?.[1] ?? expect.fail()
    expect(mixed?.split(`--${inner}`).slice(1, 3)).toEqual([text, html])
    expect(text).toContain('=2Ex')
    expect(mixed).toMatch(/^Content-Type: multipart\/mixed;/m)
    expect(mixed?.match(/^Content-Disposition: attachment; filename=.*$/gm)).toEqual([
      'Content-Disposition: attachment; filename=letters.html',
      'Content-Disposition: attachment; filename=letters.pdf',
    ])
  })

  test('is built by nodemailer if it has only one part', async () => {
    await expectSame(message({ text: '' }))
    await expectSame(message({ html: '' }))
  })
})
