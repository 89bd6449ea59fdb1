import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identifiersOf, typeNamesOf } from '../scripts/structure/measures.ts'
import { readSources } from '../scripts/structure/source-files.ts'

/** Retired words, each of which once meant several things. docs/glossary.md has the terms that replaced them. */
const RETIRED = [
  ...['heard', 'hear', 'hearken', 'told', 'doubt', 'doubts', 'hindrance', 'hindrances', 'standing', 'weighed'],
  ...['departed', 'departing', 'overtakes', 'gathered', 'voice', 'voices', 'carrier', 'carriers', 'postbox', 'pacer'],
  ...['sibling', 'siblings'],
]

/** Retired words that stay allowed: they are keys of campaign files, fields of the API or purposes of mailed links. */
const WIRE_NAMES = ['departed', 'gathered', 'heard', 'standing', 'told', 'voice', 'voices']

const root = join(import.meta.dirname, '..')
const [src, scripts, tests] = ['src', 'scripts', 'tests'].map((folder) =>
  readSources(join(root, folder)).map((file) => ({ ...file, path: `${folder}/${file.path}` })),
)
const all = [...(src ?? []), ...(scripts ?? []), ...(tests ?? [])]

/** The lower-case words of a name: `sendLoop`, `SEND_LOOP` and `send-loop.ts` all begin with send and loop. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

const isRetired = (name: string): boolean =>
  !WIRE_NAMES.includes(name) && wordsOf(name).some((word) => RETIRED.includes(word))

test('no identifier contains a retired word', () => {
  expect(wordsOf('toldHTTPHeard')).toEqual(['told', 'http', 'heard'])
  const found = all.flatMap((file) =>
    identifiersOf(file).flatMap((name) => (isRetired(name) ? [`${file.path}: ${name}`] : [])),
  )
  expect([...new Set(found)]).toEqual([])
})

test('no file name contains a retired word', () => {
  expect(all.flatMap(({ path }) => (isRetired(path) ? [path] : []))).toEqual([])
})

test('no code name in the documents has a retired word', () => {
  const documents = [
    'README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
  ]
  const names = documents
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => ({ path, name })),
    )
  expect(names.length).toBeGreaterThan(500)
  expect(names.filter(({ name }) => /^[\w./-]+$/.test(name) && isRetired(name))).toEqual([])
})

test('the exceptions are still needed', () => {
  const used = new Set(all.flatMap(identifiersOf))
  expect(WIRE_NAMES.filter((name) => !used.has(name))).toEqual([])
})

test('each type name of src is declared once', () => {
  const places = new Map<string, string[]>()
  for (const file of src ?? [])
    for (const name of typeNamesOf(file)) places.set(name, [...(places.get(name) ?? []), file.path])
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([])
})

test('the glossary names files that exist, and each term once', () => {
  const rows = readFileSync(join(root, 'docs/glossary.md'), 'utf8').split('\n')
  const terms = rows.flatMap((row) => /^\| ([^|]+) \| [^|]+ \| `([^`|]+)` \|$/.exec(row)?.slice(1, 3).map(String) ?? [])
  const names = terms.filter((_, index) => index % 2 === 0)
  const paths = terms.filter((_, index) => index % 2 === 1)
  expect(names.length).toBeGreaterThan(40)
  expect(names).toEqual([...new Set(names)])
  expect(paths.filter((path) => ![`src/${path}`, path].some((place) => existsSync(join(root, place))))).toEqual([])
})
