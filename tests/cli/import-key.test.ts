import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { importKey } from '../../src/cli/import-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the key depends on content, format and options of a list, not on its file name or the time', async () => {
  const [list, copy, other] = ['list.csv', 'copy.csv', 'other.csv'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const [path, who] of [
    [list, 'anna'],
    [copy, 'anna'],
    [other, 'boris'],
  ] as const)
    writeFileSync(path, `email\n${who}@example.org\n`)
  const options = (query = '') => new URLSearchParams(query)
  const key = await importKey(list, 'text/csv', options('locale=ru&confirmationsPerMinute=9'))
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect(await importKey(copy, 'text/csv', options('confirmationsPerMinute=9&locale=ru'))).toBe(key)
  const different = await Promise.all([
    importKey(other, 'text/csv', options('locale=ru&confirmationsPerMinute=9')),
    importKey(list, 'text/csv', options('locale=ru')),
    importKey(list, 'application/x-ndjson', options('locale=ru&confirmationsPerMinute=9')),
  ])
  expect(new Set([key, ...different]).size).toBe(4)
})
