import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { partsOf, streamOf } from '../../src/cli/parts.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-parts-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TORN = 'torn@example.org'
const HEADER = 'email,name\r\n'
const row = (n: number) => `person${n}@example.org,"A ""B""\nline ${n}"\r\n`

test.each([60, 100, 250, 1_000, 100_000])(
  'a CSV cut for %i bytes has whole rows and its header in every part',
  async (maxBytes) => {
    const path = join(folder, 'list.csv')
    const rows = Array.from({ length: 20 }, (_, n) => row(n))
    writeFileSync(path, `${HEADER}${rows.join('')}${TORN}`)
    const { parts, header } = await partsOf(path, true, maxBytes)
    const texts = await Promise.all(parts.map(async (part) => text(await streamOf(path, part, header))))
    for (const part of texts) {
      expect(part.startsWith(HEADER)).toBe(true)
      expect(part.length).toBeLessThanOrEqual(Math.max(maxBytes, HEADER.length + row(19).length) + TORN.length)
      expect((part.match(/"/g) ?? []).length % 2).toBe(0)
    }
    const together = texts.map((part) => part.slice(HEADER.length)).join('')
    expect(together).toBe(`${rows.join('')}${TORN}`)
  },
)

test('splits NDJSON at line ends, also with quotation marks in the lines', async () => {
  const path = join(folder, 'list.ndjson')
  const lines = Array.from({ length: 9 }, (_, n) => `{"email":"p${n}@example.org","name":"\\""}\n`)
  writeFileSync(path, lines.join(''))
  const { parts, header } = await partsOf(path, false, 100)
  const texts = await Promise.all(parts.map(async (part) => text(await streamOf(path, part, header))))
  expect(texts.length).toBeGreaterThan(3)
  for (const part of texts) for (const line of part.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(texts.join('')).toBe(lines.join(''))
})

test.each([
  ['a stray quotation mark', (n: number) => `p${n}@example.org,5${n === 3 ? '"' : ''} ${n}\n`],
  ['a mark that opens a cell and meets another row’s', (n: number) => `p${n}@example.org,${n === 3 ? '"' : ''}"A" B\n`],
  ['lines that end in CR', (n: number) => `p${n}@example.org,"${n}"\r`],
])('%s: the file is split between the rows that the CSV reader finds', async (_, rowOf) => {
  const path = join(folder, 'stray.csv')
  const rows = Array.from({ length: 40 }, (_, n) => rowOf(n))
  writeFileSync(path, `email,name\n${rows.join('')}`)
  const { parts, header } = await partsOf(path, true, 200)
  const texts = await Promise.all(parts.map(async (part) => text(await streamOf(path, part, header))))
  for (const part of texts) expect(part.length).toBeLessThanOrEqual(200)
  expect(texts.map((part) => part.slice('email,name\n'.length)).join('')).toBe(rows.join(''))
})
