import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { codeFault } from '../../src/cli/language-files/language-code.ts'
import {
  isWhole,
  languageStates,
  localesInUse,
  TEXT_FOLDERS,
  unfinished,
  unfinishedLine,
} from '../../src/cli/language-files/language-state.ts'
import { newStrings } from '../../src/cli/language-files/new-language.ts'
import { readLanguages } from '../../src/cli/language-files/read-languages.ts'
import { readStrings } from '../../src/cli/language-files/read-strings.ts'
import { placeOf } from '../../src/cli/language-files/text-places.ts'
import { tocsin } from '../support/terminal.ts'

const clone = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'tocsin-language-'))
const root = join(folder, 'clone')
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  rmSync(root, { recursive: true, force: true })
  for (const path of [...TEXT_FOLDERS, 'wrangler.toml'])
    cpSync(join(clone, path), join(root, path), { recursive: true })
})

const english = Object.fromEntries(TEXT_FOLDERS.map((one) => [one, readFileSync(join(clone, one, 'en.yaml'), 'utf8')]))
const add = (code: string, ...more: string[]) => tocsin(['language', 'add', code, '--root', root, ...more])
const stateOf = (locale: string) => readLanguages(root).find((state) => state.locale === locale)

test('a new language has every text, empty, is offered to nobody until all are written, and has its section of the glossary', async () => {
  const { status, out } = await add('lv')
  expect(status).toBe(0)
  expect(out).toContain('LOCALES in wrangler.toml')
  const state = stateOf('lv') ?? expect.fail('there is no such language')
  expect(state).toMatchObject({ isInUse: false, faults: [] })
  expect(state.missing).toHaveLength(state.texts)
  expect(unfinished(readLanguages(root)).map(unfinishedLine)).toEqual([
    `lv is not offered yet: ${state.texts} of ${state.texts} texts missing, the first at strings/lv.yaml:9`,
  ])
  const [first] = state.missing
  expect(readFileSync(join(root, 'strings/lv.yaml'), 'utf8').split('\n')[(first?.line ?? 0) - 1]).toContain('skip: ""')
  // The glossary has every English term with an empty cell.
  const glossary = readFileSync(join(root, 'strings/glossary.md'), 'utf8')
  const [, section = ''] = glossary.split(/^## Latviešu \(lv\)$/m)
  const [, terms = ''] = section.split('### Terms')
  expect(terms).toContain('| urgent appeal |  |')
  expect(terms.match(/\| {2}\|$/gm)?.length).toBe(
    glossary
      .split(/^## Русский/m)[1]
      ?.split('### Terms')[1]
      ?.split(/^##/m)[0]
      ?.match(/^\| (?!English|---|Not)/gm)?.length,
  )
  expect(glossary.startsWith(readFileSync(join(clone, 'strings/glossary.md'), 'utf8').trimEnd())).toBe(true)
})

test('above each empty text stand the English one and the plural forms of the language, and each group says where it shows', () => {
  for (const one of TEXT_FOLDERS) {
    const written = newStrings(one, 'lv', english[one] ?? '')
    expect(Object.keys(parse(written)).filter((group) => placeOf(one, group) === undefined)).toEqual([])
    for (const { text } of readStrings('en', one, english[one] ?? '').strings.texts.values()) {
      expect(written).toContain(`# ${text.split('\n')[0]}`)
    }
    expect(written).toContain('plural, zero {…} one {…} other {…}}')
  }
  expect(newStrings('strings', 'ja', english.strings ?? '')).toContain('# Form: {count, plural, other {…}}')
})

test('a language that is there is refused, and its files stay as they are', async () => {
  for (const code of ['kk']) {
    const before = readFileSync(join(root, `strings/${code}.yaml`), 'utf8')
    expect(await add(code)).toMatchObject({ status: 2, err: expect.stringContaining(`strings/${code}.yaml`) })
    expect(readFileSync(join(root, `strings/${code}.yaml`), 'utf8')).toBe(before)
  }
  writeFileSync(join(root, 'emails/strings/lv.yaml'), 'greeting: {}\n')
  expect(await add('lv')).toMatchObject({ status: 2, err: expect.stringContaining('emails/strings/lv.yaml') })
  expect(stateOf('lv')?.missing.some(({ found }) => found === 'no site.skip')).toBe(true)
})

test.each([
  ['LV', 'lv'],
  ['lav', 'lv'],
  ['Latvian', 'lv'],
  ['latvain', 'lv'],
  ['pt_BR', 'pt-BR'],
  ['pt-br', 'pt-BR'],
  ['german', 'de'],
  ['zz', undefined],
  ['', undefined],
  ['../../etc/passwd', undefined],
])('%s is no code, and the nearest is named', (typed, meant) => {
  const fault = codeFault(typed)
  expect(fault).toContain(`found “${typed}”; expected the code of a language`)
  if (meant !== undefined) expect(fault).toContain(`did you mean ${meant} (`)
})

test('the codes of languages are accepted', () => {
  for (const code of ['lv', 'de', 'pt-BR', 'zh-Hant', 'ckb', 'uk'])
    expect([code, codeFault(code)]).toEqual([code, undefined])
})

const EN = 'a: One\nb:\n  c: Two {name}\n'
const statesWith = (lv: string, inUse: readonly string[] | undefined) =>
  languageStates(
    { strings: { 'en.yaml': EN, 'lv.yaml': lv }, 'emails/strings': { 'en.yaml': EN, 'lv.yaml': EN } },
    inUse,
  )

test('whatever is missing or wrong, a language that LOCALES does not name is left out, and one that it names is not', () => {
  const files = fc.constantFrom(
    '',
    'a: One\n',
    'a: ""\nb: {c: ""}\n',
    `${EN}d: More\n`,
    'a: One\nb: {c: "{nme}"}\n',
    'a: "x',
  )
  fc.assert(
    fc.property(files, (lv) => {
      const names = (inUse: string[] | undefined) => unfinished(statesWith(lv, inUse)).map(({ locale }) => locale)
      expect([names(['en']), names(['en', 'lv']), names(undefined)]).toEqual([['lv'], [], []])
      expect(statesWith(lv, ['en', 'lv']).every(isWhole)).toBe(false)
    }),
  )
  expect(statesWith(EN, ['en']).every(isWhole)).toBe(true)
})

test('LOCALES is read from wrangler.toml, and without it every language is in use', () => {
  expect(localesInUse(readFileSync(join(clone, 'wrangler.toml'), 'utf8'))).toContain('ar')
  expect(localesInUse('#LOCALES = "en,lv"\nLOCALES = "en, kk" # two\n')).toEqual(['en', 'kk'])
  expect(localesInUse('name = "tocsin"\n')).toBeUndefined()
})
