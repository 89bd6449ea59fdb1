import { IntlMessageFormat } from 'intl-messageformat'
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { Fault } from '../../campaigns/source/fault.ts'
import { yamlMistakes } from '../../campaigns/source/yaml-mistakes.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { errorMessage } from '../../kit/result.ts'

/** A translator's file, `strings/<locale>.yaml`: texts and line numbers by key. Nested keys are joined by dots. */
export type StringsFile = { locale: string; file: string; texts: Map<string, { text: string; line: number }> }

/** Numbers from 0 that are tried to find a language's plural forms. CLDR's rules depend on the last two digits. */
const PLURAL_SAMPLES = 200

/** `empty`: a fault for each key without a text. A language that nobody uses yet may have them. */
export type ReadStrings = { strings: StringsFile; faults: Fault[]; empty: Fault[] }

export function readStrings(locale: string, file: string, source: string): ReadStrings {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const texts: StringsFile['texts'] = new Map()
  const faults = yamlMistakes(source, document, lines, { file, firstLine: 1 })
  const empty: Fault[] = []

  const visit = (node: Node | null, path: string[], line: number) => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const at = isScalar(key) && key.range ? lines.linePos(key.range[0]).line : line
        visit(value as Node | null, [...path, String(key)], at)
      }
    } else if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '' && path.length > 0) {
      texts.set(path.join('.'), { text: node.value.trimEnd(), line })
    } else {
      const found = `${path.join('.') || 'the file'}: ${node === null ? 'nothing' : JSON.stringify(node.toJSON())}`
      const isEmpty = path.length > 0 && (node === null || (isScalar(node) && isBlank(node.value)))
      const list = isEmpty ? empty : faults
      list.push({ file, line, found, expected: 'text (in quotes if it looks like a number or a list)' })
    }
  }
  if (faults.length === 0) visit(document.contents, [], 1)
  return { strings: { locale, file, texts }, faults, empty }
}

const isBlank = (value: unknown): boolean => value === null || (typeof value === 'string' && value.trim() === '')

/** Faults of texts that are not ICU messages, lack a plural form of their language, or have an unknown one. */
export function messageFaults({ locale, file, texts }: StringsFile): Fault[] {
  const { needed, known } = pluralForms(locale)
  const faults: Fault[] = []
  for (const [key, { text, line }] of texts) {
    const fault = (found: string, expected: string) => faults.push({ file, line, found: `${key} ${found}`, expected })
    const message = readMessage(text, locale)
    if (message.error !== undefined)
      fault(`(${message.error})`, "an ICU message; a brace that is only text is written in quotes: '{'")
    for (const forms of message.plurals) {
      const missing = needed.filter((form) => !forms.includes(form))
      const strange = forms.filter((form) => !known.includes(form) && !form.startsWith('='))
      if (missing.length > 0)
        fault(`without the plural form ${missing.join(', ')}`, `${needed.join(', ')} in ${locale}`)
      if (strange.length > 0)
        fault(`with the plural form ${strange.join(', ')}`, `only ${known.join(', ')} in ${locale}`)
    }
  }
  return faults
}

/** Faults of translations against English: missing keys, unknown keys, and arguments that the English message does not have. */
export function compareWithEnglish(all: readonly StringsFile[]): Fault[] {
  const english = all.find((strings) => strings.locale === FALLBACK_LOCALE)
  if (english === undefined) return []
  return all.flatMap(({ locale, file, texts }) => {
    const missing: Fault[] = [...english.texts]
      .filter(([key]) => !texts.has(key))
      .map(([key, { line }]) => ({
        file,
        line: 1,
        found: `no ${key}`,
        expected: `a translation into ${locale} of ${english.file}:${line}`,
      }))
    const strange = [...texts].flatMap(([key, { text, line }]): Fault[] => {
      const original = english.texts.get(key)
      if (original === undefined) {
        return [
          {
            file,
            line,
            found: `${key}, which ${english.file} does not have`,
            expected: 'the same keys in every language',
          },
        ]
      }
      const given = readMessage(original.text, FALLBACK_LOCALE).names
      const unknown = [...readMessage(text, locale).names].filter((name) => !given.has(name))
      const expected =
        given.size === 0 ? 'no argument, as in English' : `only {${[...given].join('}, {')}}, as in English`
      return unknown.length === 0 ? [] : [{ file, line, found: `${key} with {${unknown.join('}, {')}}`, expected }]
    })
    return [...missing, ...strange]
  })
}

/** A fault for each language that only one of the two folders has. Pages and mails need the same languages. */
export function languageFaults(pages: StringsIn, mails: StringsIn): Fault[] {
  const missing = (from: StringsIn, to: StringsIn) =>
    from.locales
      .filter((locale) => !to.locales.includes(locale))
      .map((locale) => ({
        file: `${to.folder}/${locale}.yaml`,
        line: 1,
        found: 'no such file',
        expected: `the same languages as in ${from.folder}`,
      }))
  return [...missing(pages, mails), ...missing(mails, pages)]
}

type StringsIn = { folder: string; locales: readonly string[] }

type ParsedMessage = { names: Set<string>; plurals: string[][]; error?: string }

/** Names of a message's arguments, and the forms of each of its plurals; `error` if the message cannot be parsed. */
export function readMessage(text: string, locale: string): ParsedMessage {
  const message: ParsedMessage = { names: new Set(), plurals: [] }
  const visit = (elements: ReturnType<IntlMessageFormat['getAst']>) => {
    for (const element of elements) {
      if (!('value' in element) || element.type === TYPE.literal) continue
      message.names.add(element.value)
      if (!('options' in element)) continue
      if (element.type === TYPE.plural) message.plurals.push(Object.keys(element.options))
      for (const option of Object.values(element.options)) visit(option.value)
    }
  }
  try {
    visit(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst())
  } catch (error) {
    message.error = errorMessage(error)
  }
  return message
}

/** Element types of the message parser's tree. */
const TYPE = { literal: 0, plural: 6 } as const

/** The order in which grammars name plural forms. */
const ORDER = ['zero', 'one', 'two', 'few', 'many', 'other']

/** Plural forms of a language: those that some whole number needs, and all that it knows. */
export function pluralForms(locale: string): { needed: string[]; known: string[] } {
  const rules = new Intl.PluralRules(locale)
  const needed = new Set<string>(['other']) // ICU's fallback
  for (let n = 0; n <= PLURAL_SAMPLES; n++) needed.add(rules.select(n))
  const known = rules.resolvedOptions().pluralCategories
  return { needed: ORDER.filter((form) => needed.has(form)), known }
}
