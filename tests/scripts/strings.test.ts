import { expect, test } from 'vitest'
import { compareWithEnglish, readStrings } from '../../scripts/strings.ts'

const read = (locale: string, source: string) => readStrings(locale, `strings/${locale}.yaml`, source)
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

test('a value that is no text is named with its line: YAML reads a bare no as false only in old versions, 1 as a number', () => {
  const { faults } = read('en', 'form:\n  count: 1\n  empty:\n  list: [a]\n')
  expect(faults.map(({ line, found }) => [line, found])).toEqual([
    [2, 'form.count: 1'],
    [3, 'form.empty: null'],
    [4, 'form.list: ["a"]'],
  ])
})

test('broken YAML and a key written twice are faults of their line', () => {
  expect(read('en', 'a: x\na: y\n').faults).toMatchObject([{ line: 2 }])
  expect(read('en', 'a: "x\n').faults).not.toEqual([])
})

test('a missing and an invented key are both reported, in the file that is wrong', () => {
  expect(compare(['en', 'a: A\nb: B\n'], ['fr', 'a: A\nc: C\n'])).toEqual([
    'strings/fr.yaml:1 no b',
    'strings/fr.yaml:2 c which strings/en.yaml does not have',
  ])
})

test('each language has the plural forms its own grammar needs, not those of English', () => {
  const en = 'n:\n  one: "{count} person"\n  other: "{count} people"\n'
  const ru =
    'n:\n  one: "{count} человек"\n  few: "{count} человека"\n  many: "{count} человек"\n  other: "{count} человека"\n'
  expect(compare(['en', en], ['ru', ru.replace('  other', '  two: x\n  other').replace(/ {2}few.*\n/, '')])).toEqual([
    'strings/ru.yaml:2 n without few',
    'strings/ru.yaml:2 n with two',
  ])
})

test('a placeholder that English does not have is a fault, whether written {x} or {{ x }}', () => {
  expect(compare(['en', 'a: Dear {{ name }}\n'], ['fr', 'a: Cher {{ nom }}\n'])).toEqual([
    'strings/fr.yaml:1 a with {nom}',
  ])
  expect(compare(['en', 'a: Dear {name}\n'], ['fr', 'a: Salut\n'])).toEqual([])
})
