import fc from 'fast-check'
import PostalMime, { addressParser, decodeWords } from 'postal-mime'
import { expect, test } from 'vitest'
import type { Message } from '../../../src/emails/message.ts'
import { encodedWords } from '../../../src/transports/mime/encoded-word.ts'
import { displayName, formatAsciiMailbox, formatMailbox, oneLine } from '../../../src/transports/mime/mailbox.ts'
import { toMime } from '../../../src/transports/mime/mime.ts'

/** Names that readers take for encoded words, and pieces of them. */
const PIECES = [
  '=?',
  '?=',
  'utf-8',
  '?q?',
  '?B?',
  '=0d=0aBcc:_evil@example.net',
  '4oCu',
  ' ',
  '"',
  '\\',
  'Ana',
  'Ж',
  '<',
  ',',
]
const hostileName = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 })
  .map((pieces) => `A${pieces.join('')}=?utf-8?q?=0d=0aBcc:_evil@example.net?=z`)

const message = (name: string): Message => ({
  from: { name, address: 'news@example.org' },
  replyTo: { name, address: 'writer@example.org' },
  to: { name, address: 'reader@example.org' },
  cc: [{ name, address: 'copy@example.org' }, { address: 'plain@example.org' }],
  subject: name,
  html: '<p>x</p>\n',
  text: 'x\n',
  headers: {},
  messageId: 'd.1@act.example.org',
  date: Date.UTC(2026, 10, 22, 12),
})

test('a name or subject that looks like an encoded word arrives as it was typed, whoever reads it', async () => {
  await fc.assert(
    fc.asyncProperty(hostileName, async (name) => {
      const { from, replyTo, to, cc, subject, bcc } = await PostalMime.parse(await toMime(message(name)))
      const typed = oneLine(name)
      expect([from?.name, replyTo?.[0]?.name, to?.[0]?.name, cc?.[0]?.name]).toEqual([typed, typed, typed, typed])
      expect([from?.address, replyTo?.[0]?.address, to?.[0]?.address]).toEqual([
        'news@example.org',
        'writer@example.org',
        'reader@example.org',
      ])
      expect(cc?.map(({ address }) => address)).toEqual(['copy@example.org', 'plain@example.org'])
      expect(subject).toBe(typed)
      expect(bcc).toBeUndefined()
    }),
  )
})

test('the same holds where a provider puts the name into the header', () => {
  fc.assert(
    fc.property(hostileName, (name) => {
      for (const format of [formatMailbox, formatAsciiMailbox]) {
        const [read] = addressParser(format({ name, address: 'news@example.org' }))
        expect(read).toEqual({ name: oneLine(name), address: 'news@example.org' })
      }
      expect(decodeWords(displayName(name))).toBe(oneLine(name))
    }),
  )
})

test.each(['Ana', 'Ana = Bo?', 'What?=', 'Ж'])('an innocent name, %s, stays readable in an API’s field', (name) => {
  expect(displayName(name)).toBe(name)
  expect(formatMailbox({ name, address: 'a@example.org' })).toBe(`"${name}" <a@example.org>`)
})

test('a long name or subject is divided between its words, and a word only if it is longer than 75 characters allow', () => {
  const cyrillic = 'Объединение независимых профсоюзов Константинополя и пригородов'
  const words = encodedWords(cyrillic).split(' ')
  expect(words.length).toBeGreaterThan(2)
  for (const word of words) expect(word.length).toBeLessThanOrEqual(75)
  expect(words.flatMap((word) => decodeWords(word).trimEnd().split(' '))).toEqual(cyrillic.split(' '))
  fc.assert(
    fc.property(fc.array(fc.constantFrom('Ж', '😀', ' ', 'أ', 'a'), { maxLength: 200 }), (signs) => {
      const text = signs.join('')
      const encoded = encodedWords(text)
      expect(decodeWords(encoded)).toBe(text)
      for (const word of encoded.split(' ')) expect(word.length).toBeLessThanOrEqual(75)
    }),
  )
})
