import { expect, test } from 'vitest'
import { csvReader } from '../../../src/supporters/import/csv-reader.ts'
import { ndjsonReader } from '../../../src/supporters/import/ndjson-reader.ts'
import { MAX_ROW_BYTES, type RowReader, type RowSink } from '../../../src/supporters/import/row-reader.ts'
import { utf8Check } from '../../../src/supporters/import/utf8-check.ts'

type Found = { rows: Array<[number, Record<string, unknown>]>; refused: Array<[number, string]>; ignored: string[] }

/** Rows that a reader finds in a file cut into chunks of this many bytes. */
async function read(make: (sink: RowSink) => RowReader, file: string | Uint8Array, pieceBytes = 7) {
  const found: Found = { rows: [], refused: [], ignored: [] }
  const reader = make({
    row: (row, fields) => found.rows.push([row, { ...fields }]),
    refuse: (row, reason) => found.refused.push([row, reason]),
    ignore: (name) => found.ignored.push(name),
  })
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
  for (let at = 0; at < bytes.length; at += pieceBytes) await reader.write(bytes.slice(at, at + pieceBytes))
  return { ...found, count: await reader.end() }
}

const emails = ({ rows }: Found) => rows.map(([row, { email }]) => [row, email])
const ANNA = 'anna@example.org'
const BORIS = 'boris@example.org'

test.each([1, 2, 3, 7, 1_000])('a spreadsheet’s CSV is read the same in pieces of %i bytes', async (pieceBytes) => {
  const file = `\uFEFFE-Mail;Name;locales;Consent source;consent_at;consent_wording;Shoe size\r\n${ANNA};"Анна ""Аня""; Каренина";ru, kk;paper;2024-05-31;"Keep;\r\nme";"38\n1/2"\r\n\r\n${BORIS};'=1+1;;;;;\r\n`
  const { rows, refused, ignored, count } = await read(csvReader, file, pieceBytes)
  expect(rows).toEqual([
    [
      2,
      {
        email: ANNA,
        name: 'Анна "Аня"; Каренина',
        locales: ['ru', 'kk'],
        topics: [],
        country: undefined,
        consent: { source: 'paper', at: '2024-05-31', wording: 'Keep;\r\nme' },
      },
    ],
    [4, expect.objectContaining({ email: BORIS, name: '=1+1', locales: [] })],
  ])
  expect([refused, ignored, count]).toEqual([[], ['Shoe size'], 4])
})

test('an incomplete last line is refused; a complete one without a line break is imported', async () => {
  expect(await read(csvReader, `email,name\n${ANNA},A\n${BORIS}`)).toMatchObject({ refused: [[3, 'torn']], count: 3 })
  expect(await read(csvReader, `email,name\n${ANNA},A\n${BORIS},"B`)).toMatchObject({
    refused: [[3, 'open-quote:3-3']],
    count: 3,
  })
  expect(emails(await read(csvReader, `email,name\n${ANNA},A\n${BORIS},B`))).toEqual([
    [2, ANNA],
    [3, BORIS],
  ])
  expect(emails(await read(csvReader, `email,name\n${ANNA},A\n${BORIS}\n`))).toHaveLength(2) // short, but not torn
  const cut = await read(ndjsonReader, `{"email":"${ANNA}"}\n{"email":"bor`)
  expect([emails(cut), cut.refused]).toEqual([[[1, ANNA]], [[2, 'torn']]])
})

test('a file without a header, or with no or two address columns, is refused', async () => {
  await expect(read(csvReader, `${ANNA},Anna\n${BORIS},Boris\n`)).rejects.toThrow('names no column “email”')
  await expect(read(csvReader, 'Vorname;Telefon\n')).rejects.toThrow('found “Vorname”, “Telefon”')
  await expect(read(csvReader, Buffer.from('email,name\n', 'utf16le'))).rejects.toThrow('UTF-16')
  await expect(read(csvReader, `email,e-mail\n${ANNA},\n`)).rejects.toThrow('email twice')
  await expect(read(csvReader, '')).rejects.toThrow('empty')
  await expect(read(csvReader, '"email\n')).rejects.toThrow()
  expect(await read(csvReader, 'email')).toMatchObject({ rows: [], count: 1 })
})

test('an unclosed quotation mark does not consume the rest of a long file', async () => {
  const rest = `${BORIS},B\n`.repeat(10_000)
  await expect(read(csvReader, `email,name\n${ANNA},"A\n${rest}`, 10_000)).rejects.toThrow('Row 2 is longer')
})

test('rows with too many cells, lines that are not objects and overlong lines are refused one by one', async () => {
  expect(await read(csvReader, `email,name\n${ANNA},A,stray\n${BORIS},B,\n`)).toMatchObject({
    refused: [[2, 'too-many-cells']],
    rows: [[3, expect.anything()]],
  })
  const long = `{"email":"${ANNA}","name":"${'x'.repeat(MAX_ROW_BYTES * 3)}"}`
  const lines = await read(ndjsonReader, `[]\n\n{"email":"${ANNA}","shoes":38}\r\n${long}\n{"email":"${BORIS}"}`, 9_000)
  expect(lines.refused).toEqual([
    [1, 'not-json'],
    [4, 'too-long'],
  ])
  expect([emails(lines), lines.ignored]).toEqual([
    [
      [3, ANNA],
      [5, BORIS],
    ],
    ['shoes'],
  ])
})

test('bytes that are not UTF-8 are reported with their line, for any chunk size', () => {
  const bytes = Buffer.concat([
    Buffer.from('email,name\nанна\n'),
    Buffer.from('Ren\u00e9', 'latin1'),
    Buffer.from('\n'),
  ])
  for (const pieceBytes of [1, 5, 100]) {
    const check = utf8Check()
    const pass = () => {
      for (let at = 0; at < bytes.length; at += pieceBytes) check.pass(bytes.subarray(at, at + pieceBytes))
      check.end()
    }
    expect(pass).toThrow(/not UTF-8: bytes in or after line [123] /)
  }
  const utf16 = Buffer.from('\uFEFFemail\n', 'utf16le')
  expect(() => utf8Check().pass(utf16)).toThrow('CSV UTF-8')
  const cut = utf8Check()
  cut.pass(Buffer.from('я').subarray(0, 1))
  expect(() => cut.end()).toThrow('not UTF-8')
})

test.each([
  ['sep=;\r\nemail;name\r\nanna@example.org;A\r\n', 3],
  ['\uFEFFsep=,\nemail,name\nanna@example.org,A\n', 3],
  ['"sep=\t"\nemail\tname\nanna@example.org\tA\n', 3],
  ['sep=|\nemail|name\nanna@example.org|A;B, C\n', 3],
  ['"E-mail 1 - Value","Name"\nanna@example.org,A\n', 2],
  [' "\u200BE-Mail Address" ,Name\nanna@example.org,A\n', null],
  ['\u200BEmail Address ; Name\nanna@example.org;A\n', 2],
  ['Primary Email Address,Full Name\nanna@example.org,A\n', 2],
  ['Your e-mail address *,Display name\nanna@example.org,A\n', 2],
  ['user_email;display_name\nanna@example.org;A\n', 2],
  ['Электронная почта;ФИО\nanna@example.org;A\n', 2],
  ['Adresse e-mail;Nom\nanna@example.org;A\n', 2],
  ['Correo electrónico,Nombre\nanna@example.org,A\n', 2],
  ['Электрондық пошта\tАты\nanna@example.org\tA\n', 2],
  ['البريد الإلكتروني,الاسم\nanna@example.org,A\n', 2],
])('what spreadsheets and other systems write is read: %j', async (file, row) => {
  const reading = read(csvReader, file)
  if (row === null) return expect(reading).rejects.toThrow('quotation mark')
  const { rows, refused } = await reading
  expect(refused).toEqual([])
  expect(rows).toEqual([
    [row, expect.objectContaining({ email: 'anna@example.org', name: expect.stringMatching(/^A/) })],
  ])
})
