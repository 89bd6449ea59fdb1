import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { readStrings } from '../../../src/cli/language-files/read-strings.ts'

/** Something a reader reads, as it is written. `text` has PLACEHOLDER where a value comes. */
export type WrittenText = { file: string; line: number; key: string; text: string }

/** Stands for a value: a name, a day, an address. */
const PLACEHOLDER = '\uFFFC'

/** Element types of the message parser's tree. */
const TYPE = { literal: 0, select: 5, plural: 6, pound: 7 } as const

type Element = ReturnType<IntlMessageFormat['getAst']>[number]

/** Every text of the pages and emails in a language, once for each of its plural and select forms. */
export function stringTexts(root: string, locale: string): WrittenText[] {
  return stringMessages(root, locale).flatMap(({ file, line, key, ast }) =>
    [...new Set(variants(ast))].map((text) => ({ file, line, key, text })),
  )
}

/** The same texts as messages. */
export function stringMessages(root: string, locale: string) {
  return [`strings/${locale}.yaml`, `emails/strings/${locale}.yaml`].flatMap((file) => {
    const { strings } = readStrings(locale, file, readFileSync(join(root, file), 'utf8'))
    return [...strings.texts].map(([key, { text, line }]) => ({
      file,
      line,
      key,
      ast: new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst(),
    }))
  })
}

/** The texts that an element of a message can become. */
function variants(elements: readonly Element[]): string[] {
  return elements.reduce<string[]>(
    (begun, element) => {
      const ends = endsOf(element)
      return begun.flatMap((text) => ends.map((end) => text + end))
    },
    [''],
  )
}

function endsOf(element: Element): string[] {
  if (element.type === TYPE.literal) return [element.value]
  if ('options' in element) return Object.values(element.options).flatMap(({ value }) => variants(value))
  return [element.type === TYPE.pound ? '7' : PLACEHOLDER]
}

/** Argument names whose values are numbers. */
const NUMBERS = ['count', 'goal', 'most', 'accepted', 'refused', 'waiting', 'ownMailbox', 'paper', 'days', 'hours']

/** Numbers that a word follows although no plural chooses its form. */
export function numbersWithoutPlural(root: string, locale: string): WrittenText[] {
  return stringMessages(root, locale).flatMap(({ file, line, key, ast }) =>
    bareNumbers(ast).map((text) => ({ file, line, key, text })),
  )
}

function bareNumbers(elements: readonly Element[]): string[] {
  return elements.flatMap((element, index) => {
    if ('options' in element) return Object.values(element.options).flatMap(({ value }) => bareNumbers(value))
    const next = elements[index + 1]
    const counted = 'value' in element && element.type !== TYPE.literal && NUMBERS.includes(element.value)
    const word = next?.type === TYPE.literal ? /^\s*\p{L}+/u.exec(next.value)?.[0] : undefined
    return counted && word !== undefined ? [`{${element.value}}${word}`] : []
  })
}

/** Numbers from 1 that show which numbers share a plural form. */
const PLURAL_SAMPLES = 200

/** Plural forms that say one number in words although the language uses them for several (Russian 1 and 21). */
export function formsWithoutNumber(root: string, locale: string): WrittenText[] {
  const rules = new Intl.PluralRules(locale)
  const numbers = Array.from({ length: PLURAL_SAMPLES }, (_, index) => index + 1)
  const shared = (form: string) => numbers.filter((number) => rules.select(number) === form).length > 1
  return stringMessages(root, locale).flatMap(({ file, line, key, ast }) =>
    ast.flatMap((element) => {
      if (element.type !== TYPE.plural) return []
      const counts = Object.values(element.options).some(({ value }) => value.some(({ type }) => type === TYPE.pound))
      return Object.entries(element.options)
        .filter(([form, { value }]) => counts && shared(form) && !value.some(({ type }) => type === TYPE.pound))
        .map(([form, { value }]) => ({ file, line, key, text: `${form} {${variants(value)[0]}}` }))
    }),
  )
}

const SECTION = /^## (?:Appeal|Background|Letter|Open letter|Support|Update|Correction)(?: \d{4}-\d\d-\d\d)?\s*/

/** Every line of the sample campaigns' texts in a language, without YAML and Markdown syntax. */
export function campaignTexts(root: string, locale: string): WrittenText[] {
  return readdirSync(join(root, 'campaigns'), { withFileTypes: true }).flatMap((folder) => {
    const file = `campaigns/${folder.name}/${locale}.md`
    if (!folder.isDirectory() || !readdirSync(join(root, 'campaigns', folder.name)).includes(`${locale}.md`)) return []
    const lines = readFileSync(join(root, file), 'utf8').split('\n')
    const body = lines.indexOf('---', 1)
    return lines.flatMap((line, index) => {
      const text = index <= body ? yamlValue(line) : line.replace(SECTION, '')
      const bare = text.replace(/\]\([^)]*\)|`[^`]*`|https?:\S+/g, '').replace(/^\s*(?:[-*#>]|\d+\.)\s+/, '')
      return bare.trim() === '' ? [] : [{ file, line: index + 1, key: '', text: bare }]
    })
  })
}

function yamlValue(line: string): string {
  if (/^(---|madeFrom:.*)$/.test(line)) return ''
  const value = line.replace(/^\s*(?:- )?(?:[\w-]+:(?:\s|$))?/, '').trim()
  return value.replace(/^(["'])(.*)\1$/, (_, quote, inner: string) => inner.replaceAll(quote + quote, quote))
}
