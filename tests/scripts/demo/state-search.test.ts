import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filesUnder, searchFor } from '../../../scripts/demo/state-search.ts'

const ADDRESS = 'canary.seven@example.org'
/** A name whose base64 contains + and /, with one letter outside the Basic Multilingual Plane. */
const NAME = 'Ыстық ÿ?>ÿ?> 𐰴аңатты'

const found = (text: string, bytes: Buffer) => searchFor([text])(bytes).map(({ form }) => form)

/** A text in each encoding, by independent encoders. */
const WRITTEN: Record<string, (text: string) => Buffer> = {
  'UTF-8': (text) => Buffer.from(`{"to":"${text}"}`),
  'UTF-16LE': (text) => Buffer.from(`"${text}"`, 'utf16le'),
  'JSON escapes': (text) =>
    Buffer.from(JSON.stringify(text).replace(/[\s\S]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)),
  'percent-encoding': (text) => Buffer.from(new URLSearchParams({ to: text }).toString().replaceAll('+', '%20')),
}

test.for(Object.keys(WRITTEN))('finds an address and a name as %s', (form) => {
  for (const text of [ADDRESS, NAME]) expect(found(text, WRITTEN[form]?.(text) ?? Buffer.alloc(0))).toContain(form)
})

test('finds JSON escapes of non-ASCII characters only, with small and capital digits', () => {
  const small = NAME.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const capital = small.replace(/(?<=\\u)[0-9a-f]{4}/g, (digits) => digits.toUpperCase())
  expect(small).not.toBe(capital)
  for (const escaped of [small, capital]) expect(found(NAME, Buffer.from(escaped))).toEqual(['JSON escapes'])
})

test('finds base64 at every offset, in both alphabets', () => {
  const bytes = fc.uint8Array({ maxLength: 9 }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes, bytes, fc.constantFrom(ADDRESS, NAME), fc.boolean(), (before, after, text, url) => {
      const encoded = Buffer.concat([before, Buffer.from(text), after]).toString(url ? 'base64url' : 'base64')
      expect(found(text, Buffer.from(encoded)).join()).toContain(`base64 at offset ${before.length % 3}`)
    }),
  )
})

test('finds nothing in similar texts', () => {
  const other = 'canary.eight@example.org'
  for (const write of Object.values(WRITTEN)) expect(found(ADDRESS, write(other))).toEqual([])
  expect(found(ADDRESS, Buffer.from(Buffer.from(other).toString('base64')))).toEqual([])
})

test('finds a text at the end of the bytes, but not a truncated one', () => {
  const bytes = Buffer.from(ADDRESS)
  expect(found(ADDRESS, Buffer.concat([Buffer.alloc(3), bytes]))).toEqual(['UTF-8'])
  expect(found(ADDRESS, bytes.subarray(0, -1))).toEqual([])
})

test('finds a row deleted from a database, and a row only in its log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-search-'))
  mkdirSync(join(folder, 'deep'))
  const database = new DatabaseSync(join(folder, 'deep', 'some.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE letter (text TEXT)')
  database.prepare('INSERT INTO letter VALUES (?)').run(ADDRESS)
  database.exec('PRAGMA wal_checkpoint; DELETE FROM letter')
  database.prepare('INSERT INTO letter VALUES (?)').run(NAME)
  writeFileSync(join(folder, 'clean'), 'nobody')
  const search = searchFor([ADDRESS, NAME])
  const where = [...filesUnder(folder)].flatMap(({ path, bytes }) => search(bytes).map(({ text }) => [path, text]))
  database.close()
  rmSync(folder, { recursive: true })
  expect(where).toContainEqual([join('deep', 'some.sqlite'), ADDRESS])
  expect(where).toContainEqual([join('deep', 'some.sqlite-wal'), NAME])
  expect(where.map(([path]) => path)).not.toContain('clean')
})
