import { expect, test } from 'vitest'
import {
  compareWithEnglish,
  languageFaults,
  messageFaults,
  readStrings,
} from '../../../src/cli/language-files/read-strings.ts'

const read = (locale: string, source: string) => readStrings(locale, `strings/${locale}.yaml`, source)
const messages = (locale: string, source: string) =>
  messageFaults(read(locale, source).strings).map(({ line, found }) => [line, found])
const compare = (...sources: [locale: string, source: string][]) =>
  compareWithEnglish(sources.map(([locale, source]) => read(locale, source).strings)).map(
    ({ file, line, found }) => `${file}:${line} ${found}`,
  )

test('nested keys are joined by dots and keep their line', () => {
  const { strings, faults } = read('en', 'form:\n  email: Your e-mail\n  send: "No"\n')
  expect(faults).toEqual([])
  expect([...strings.texts]).toEqual([
    ['form.email', { text: 'Your e-mail', line: 2 }],
    ['form.send', { text: 'No', line: 3 }],
  ])
})

test('a value that is not text is a fault with its line', () => {
  const { faults, empty } = read('en', 'form:\n  count: 1\n  empty:\n  list: [a]\n')
  expect(faults.map(({ line, found }) => [line, found])).toEqual([
    [2, 'form.count: 1'],
    [4, 'form.list: ["a"]'],
  ])
  expect(empty.map(({ line, found }) => [line, found])).toEqual([[3, 'form.empty: null']])
})

test('broken YAML and a duplicate key are faults with their line', () => {
  expect(read('en', 'a: x\na: y\n').faults).toMatchObject([{ line: 2 }])
  expect(read('en', 'a: "x\n').faults).not.toEqual([])
})

test('a missing key and an unknown key are faults of the translation', () => {
  expect(compare(['en', 'a: A\nb: B\n'], ['fr', 'a: A\nc: C\n'])).toEqual([
    'strings/fr.yaml:1 no b',
    'strings/fr.yaml:2 c, which strings/en.yaml does not have',
  ])
})

test('a message needs the plural forms of its own language, not those of English', () => {
  expect(messages('en', 'n: "{count, plural, one {# person} other {# people}}"')).toEqual([])
  expect(messages('ar', 'n: "{count, plural, one {واحد} other {#}}"')).toEqual([
    [1, 'n without the plural form zero, two, few, many'],
  ])
  expect(messages('ru', 'n: "{n, plural, =0 {никого} one {#} few {#} two {#} many {#} other {#}}"')).toEqual([
    [1, 'n with the plural form two'],
  ])
})

test('a message that cannot be parsed is a fault with its line; plurals inside a select are checked', () => {
  expect(messages('en', 'a: fine\nb: "{count"')).toMatchObject([[2, expect.stringContaining('b (')]])
  expect(messages('en', 'a: "{who, select, me {{n, plural, other {#}}} other {x}}"')).toEqual([
    [1, 'a without the plural form one'],
  ])
})

test('an argument that English does not have is a fault; omitting one is not', () => {
  expect(compare(['en', 'a: Dear {name}\n'], ['fr', 'a: Cher {nom}\n'])).toEqual(['strings/fr.yaml:1 a with {nom}'])
  expect(compare(['en', 'a: Dear {name}\n'], ['fr', 'a: Salut\n'])).toEqual([])
})

test('a language of only pages or only mails is a fault of the missing file', () => {
  const pages = { folder: 'strings', locales: ['en', 'de'] }
  const mails = { folder: 'emails/strings', locales: ['en', 'lv'] }
  expect(languageFaults(pages, mails).map(({ file }) => file)).toEqual(['emails/strings/de.yaml', 'strings/lv.yaml'])
  expect(languageFaults(pages, { ...mails, locales: ['de', 'en'] })).toEqual([])
})
