import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Paths of the modules in these folders, generated ones left out. */
const filesIn = (...folders: string[]) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.d|\.gen)\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  )

/** The only files that may read and write Durable Object storage directly; all others use `Database`. */
const STORAGE = ['src/storage/database.ts', 'src/storage/migrate.ts']

const matches = (file: string, pattern: RegExp) => [...read(file).matchAll(pattern)].map(([, name = '']) => name)

const createdIn = (file: string) => matches(file, /\bCREATE TABLE ([a-z_]+)\b/g)

/** Tables named in the SQL of a file, without functions such as `json_each(…)`. */
const namedIn = (file: string) => [
  ...matches(file, /\b(?:FROM|JOIN) ([a-z_]+)\b(?!\s*\()/g),
  ...matches(file, /\b(?:INTO|UPDATE|ALTER TABLE|DROP TABLE) ([a-z_]+)\b/g),
  ...matches(file, /\bCREATE (?:UNIQUE )?INDEX [a-z_]+ ON ([a-z_]+)\b/g),
]

test('every INSERT names its columns, so that a column added later does not change it', () => {
  const positional = filesIn('src', 'scripts').filter((file) =>
    /\b(?:INSERT(?: OR [A-Z]+)?|REPLACE) INTO \S+\s+(?:VALUES|SELECT)\b/.test(read(file)),
  )
  expect(positional).toEqual([])
})

test('only the file that creates a table names it in SQL', () => {
  const foreign = filesIn('src', 'scripts/clock').flatMap((file) =>
    namedIn(file).flatMap((table) => (createdIn(file).includes(table) ? [] : [`${file} names ${table}`])),
  )
  expect(foreign).toEqual([])
  expect(filesIn('src').flatMap(namedIn)).toContain('batch') // guards against a pattern that finds none
})

test('a table name that is put together in SQL belongs to the same file', () => {
  const dynamic = filesIn('src', 'scripts/clock').filter((file) =>
    /\b(?:FROM|JOIN|INTO|UPDATE|TABLE) \$\{/.test(read(file)),
  )
  expect(dynamic.filter((file) => createdIn(file).length === 0)).toEqual([])
})

test('the storage of Durable Objects is reached only through Database, which parses what it reads', () => {
  const reaches = [
    /\b(?:SqlStorage|SyncKvStorage|transactionSync)\b/,
    /\bstorage\??\.(?:sql|kv|get|put|list|delete|transaction)\b/,
    /\{[^{}]*\b(?:sql|kv)\b[^{}]*\} = [\w.#]*\bstorage\b/,
  ]
  const reaching = filesIn('src').filter((file) => reaches.some((pattern) => pattern.test(read(file))))
  expect(reaching).toEqual(STORAGE)
})

test('JSON is parsed in one file only, as unknown, so that a schema must check it', () => {
  const parses = filesIn('src').filter((file) => read(file).includes('JSON.parse('))
  expect(parses).toEqual(['src/kit/parse-json.ts'])
})

test('every key of the key-value storage is in docs/storage.md', () => {
  const keys = filesIn('src').flatMap((file) => matches(file, /\.entry\('([a-z-]+)'/g))
  expect(keys).toContain('state')
  const documented = matches('docs/storage.md', /^\| `([a-z-]+)` \|/gm)
  expect(keys.filter((key) => !documented.includes(key))).toEqual([])
})
