import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Modules of these folders that are not generated. */
const filesIn = (...folders: string[]) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.d|\.gen)\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  )

/** Where the storage of Durable Objects is read and written; everything else does so through `Database`. */
const STORAGE = ['src/storage/database.ts', 'src/storage/migrate.ts']

const matches = (file: string, pattern: RegExp) => [...read(file).matchAll(pattern)].map(([, name = '']) => name)

const createdIn = (file: string) => matches(file, /\bCREATE TABLE ([a-z_]+)\b/g)

/** Tables that the SQL of a file names. Functions such as `json_each(…)` are none. */
const namedIn = (file: string) => [
  ...matches(file, /\b(?:FROM|JOIN) ([a-z_]+)\b(?!\s*\()/g),
  ...matches(file, /\b(?:INTO|UPDATE|ALTER TABLE|DROP TABLE) ([a-z_]+)\b/g),
  ...matches(file, /\bCREATE (?:UNIQUE )?INDEX [a-z_]+ ON ([a-z_]+)\b/g),
]

test('an INSERT names its columns, so that a column that is added later changes none of them', () => {
  const positional = filesIn('src', 'scripts').filter((file) =>
    /\b(?:INSERT(?: OR [A-Z]+)?|REPLACE) INTO \S+\s+(?:VALUES|SELECT)\b/.test(read(file)),
  )
  expect(positional).toEqual([])
})

test('a table is named in the SQL of one file only, the one that creates it', () => {
  const foreign = filesIn('src', 'scripts/clock').flatMap((file) =>
    namedIn(file).flatMap((table) => (createdIn(file).includes(table) ? [] : [`${file} names ${table}`])),
  )
  expect(foreign).toEqual([])
  expect(filesIn('src').flatMap(namedIn)).toContain('batch') // or the patterns find nothing
})

test('a table whose name is put together is one of the file’s own', () => {
  const dynamic = filesIn('src', 'scripts/clock').filter((file) =>
    /\b(?:FROM|JOIN|INTO|UPDATE|TABLE) \$\{/.test(read(file)),
  )
  expect(dynamic.filter((file) => createdIn(file).length === 0)).toEqual([])
})

test('the storage of Durable Objects is reached through Database alone, which parses what is read', () => {
  const reaches = [
    /\b(?:SqlStorage|SyncKvStorage|transactionSync)\b/,
    /\bstorage\??\.(?:sql|kv|get|put|list|delete|transaction)\b/,
    /\{[^{}]*\b(?:sql|kv)\b[^{}]*\} = [\w.#]*\bstorage\b/,
  ]
  const reaching = filesIn('src').filter((file) => reaches.some((pattern) => pattern.test(read(file))))
  expect(reaching).toEqual(STORAGE)
})

test('JSON is parsed in one place, which says nothing of what it is: a schema has to', () => {
  const parses = filesIn('src').filter((file) => read(file).includes('JSON.parse('))
  expect(parses).toEqual(['src/kit/parse-json.ts'])
})

test('every key of the key-value storage stands in docs/storage.md', () => {
  const keys = filesIn('src').flatMap((file) => matches(file, /\.entry\('([a-z-]+)'/g))
  expect(keys).toContain('standing')
  const documented = matches('docs/storage.md', /^\| `([a-z-]+)` \|/gm)
  expect(keys.filter((key) => !documented.includes(key))).toEqual([])
})
