import { expect, test } from 'vitest'
import { Book } from '../../../scripts/record/book.ts'
import { showMail } from '../../../scripts/record/mail.ts'
import { showAnswer, showBody } from '../../../scripts/record/show.ts'

const answer = (body: string, type: string) => ({
  status: 200,
  reason: 'OK',
  headers: [
    ['Content-Type', type],
    ['X-Two', 'b'],
    ['X-One', 'a'],
  ] as const,
  body: Buffer.from(body),
})

test('HTML gets marked line breaks between tags, and loses nothing', () => {
  const page = '<p>One</p><p>Two</p>\n<p>Three</p>'
  const shown = showBody(Buffer.from(page), 'text/html')
  expect(shown).toBe('<p>One</p>↩\n<p>Two</p>\n<p>Three</p>')
  expect(shown.replaceAll('↩\n', '')).toBe(page)
})

test('JSON has one member per line if it is JSON.stringify’s output, and is unchanged otherwise', () => {
  expect(showBody(Buffer.from('{"a":1,"b":[2]}'), 'application/json')).toBe('{\n "a": 1,\n "b": [\n  2\n ]\n}')
  expect(showBody(Buffer.from('{"a": 1}'), 'application/json')).toBe('{"a": 1}')
})

test('binary bodies are shown by length and hash', () => {
  expect(showBody(Buffer.from([0xff, 0xfe]), 'image/png')).toMatch(/^\[2 bytes, sha256 [0-9a-f]{64}\]$/)
})

test('header fields are sorted by name', () => {
  expect(showAnswer(answer('x', 'text/plain'))).toBe('200 OK\ncontent-type: text/plain\nx-one: a\nx-two: b\n\nx')
})

test('a repeated piece is replaced by a reference, and a changed piece is shown', () => {
  const book = new Book()
  const footer = (word: string) => `<footer>${word.repeat(200)}</footer>`
  book.add('first', footer('ab'))
  book.add('same', footer('ab'))
  book.add('other', footer('ac'))
  const text = book.text()
  expect(text).toContain('=== same\n[<footer> as under “first”]')
  expect(text).toContain(`=== other\n${footer('ac')}`)
})

test('each part of a mail is decoded, with its encoding named', () => {
  const eml = [
    'Subject: Bread',
    'Content-Type: multipart/alternative;',
    ' boundary="x"',
    '',
    '--x',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Caf=C3=A9 and=',
    ' bread',
    '--x',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('<p>Café</p>').toString('base64'),
    '--x--',
    '',
  ].join('\r\n')
  const shown = showMail(Buffer.from(eml))
  expect(shown).toContain('Café and bread')
  expect(shown).toContain('[quoted-printable, 2 lines, the longest of 14]')
  expect(shown).toContain('<p>Café</p>')
})
