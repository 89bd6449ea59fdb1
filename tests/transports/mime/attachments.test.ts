import { expect, test } from 'vitest'
import { attachmentsOf } from '../../../src/transports/mime/attachments.ts'
import { batchOf, recipient } from '../../contracts/transport.ts'

const batchWith = (filename: string, contentType: string) => ({
  ...batchOf(recipient(1)),
  attachments: [{ filename, contentType, content: new Uint8Array(1) }],
})

test.each([
  ['letters.html', 'text/html; charset=utf-8'],
  ['Letters to Farhaven (2026-11).pdf', 'application/pdf'],
  ['action.ics', 'text/calendar; charset=utf-8'],
  ['_a-1.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
])('%s of type %s goes as it is', (filename, contentType) => {
  expect(attachmentsOf(batchWith(filename, contentType))).toHaveLength(1)
})

test.each([
  '',
  'letters',
  '.html',
  'letters.',
  '../letters.pdf',
  'a/b.pdf',
  'a\\b.pdf',
  'C:b.pdf',
  'a"b.pdf',
  'a\r\nBcc: x.pdf',
  'a\0.pdf',
  'a\u202efdp.exe',
  'письма.pdf',
  'a;b.pdf',
  'a.pdf ',
  'a.pdf\n',
  `${'a'.repeat(200)}.pdf`,
])('the name %j is refused, with what was expected', (filename) => {
  expect(() => attachmentsOf(batchWith(filename, 'application/pdf'))).toThrow(/expected an ASCII name without a path/)
})

test.each([
  '',
  'pdf',
  'application/pdf\r\nBcc: x@example.org',
  'text/html; charset=utf-8; name=x',
  'text/html;charset=koi8-r',
  'text/html\n',
  'text/"html"',
])('the type %j is refused, with what was expected', (contentType) => {
  expect(() => attachmentsOf(batchWith('a.pdf', contentType))).toThrow(/is not a media type such as application\/pdf/)
})
