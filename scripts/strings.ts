import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { Fault } from '../src/campaigns/fault.ts'
import { FALLBACK_LOCALE } from '../src/kit/locales.ts'

/** A translator's file, `strings/<locale>.yaml`: nested keys, joined by dots, and where each one stands. */
export type StringsFile = { locale: string; file: string; texts: Map<string, { text: string; line: number }> }

/** CLDR plural categories. A key ending in one of them is a form of the key before it. */
const PLURAL_FORM = /^(.*)\.(zero|one|two|few|many|other)$/

/** Whole numbers that show which plural forms a language needs: CLDR's rules for them look at the last two digits. */
const PLURAL_SAMPLES = 200

const PLACEHOLDER = /\{+\s*([a-z]\w*)/gi

export function readStrings(locale: string, file: string, source: string): { strings: StringsFile; faults: Fault[] } {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines })
  const texts: StringsFile['texts'] = new Map()
  const faults: Fault[] = document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    found: error.message.split('\n')[0] ?? 'broken YAML',
    expected: 'YAML: one `key: text` a line, indented by two spaces',
  }))

  const visit = (node: Node | null, path: string[], line: number) => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const at = isScalar(key) && key.range ? lines.linePos(key.range[0]).line : line
        visit(value as Node | null, [...path, String(key)], at)
      }
    } else if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '' && path.length > 0) {
      texts.set(path.join('.'), { text: node.value.trimEnd(), line })
    } else {
      const found = node === null ? 'nothing' : JSON.stringify(node.toJSON())
      faults.push({
        file,
        line,
        found: `${path.join('.') || 'the file'}: ${found}`,
        expected: 'text (in quotes if it looks like a number or a yes)',
      })
    }
  }
  if (faults.length === 0) visit(document.contents, [], 1)
  return { strings: { locale, file, texts }, faults }
}

/** Every way in which a translation differs from English in what it must share with it: keys, plural forms, placeholders. */
export function compareWithEnglish(all: readonly StringsFile[]): Fault[] {
  const english = all.find((strings) => strings.locale === FALLBACK_LOCALE)
  if (english === undefined) return []
  const reference = byKey(english)
  return all.flatMap((strings) => {
    const translated = byKey(strings)
    const faults: Fault[] = []
    for (const [key, { line }] of reference) {
      if (!translated.has(key)) {
        faults.push({
          file: strings.file,
          line: 1,
          found: `no ${key}`,
          expected: `the text at ${english.file}:${line} in ${strings.locale}`,
        })
      }
    }
    for (const [key, { line, forms, placeholders }] of translated) {
      const original = reference.get(key)
      const fault = (found: string, expected: string) =>
        faults.push({ file: strings.file, line, found: `${key} ${found}`, expected })
      if (original === undefined) {
        fault(`which ${english.file} does not have`, 'the same keys in every language')
        continue
      }
      const strange = [...placeholders].filter((name) => !original.placeholders.has(name))
      if (strange.length > 0)
        fault(`with {${strange.join('}, {')}}`, `only {${[...original.placeholders].join('}, {')}}`)
      if (forms.size > 0 || original.forms.size > 0) {
        const { needed, known } = pluralForms(strings.locale)
        const missing = needed.filter((form) => !forms.has(form))
        const extra = [...forms].filter((form) => !known.includes(form))
        if (missing.length > 0) fault(`without ${missing.join(', ')}`, `the plural forms ${needed.join(', ')}`)
        if (extra.length > 0) fault(`with ${extra.join(', ')}`, `only the plural forms ${known.join(', ')}`)
      }
    }
    return faults
  })
}

type Entry = { line: number; forms: Set<string>; placeholders: Set<string> }

/** Texts by key, the plural forms of one text gathered under it. */
function byKey(strings: StringsFile): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const [path, { text, line }] of strings.texts) {
    const [, stem, form] = PLURAL_FORM.exec(path) ?? []
    const plural = stem !== undefined && strings.texts.has(`${stem}.other`)
    const key = plural ? stem : path
    const entry = entries.get(key) ?? { line, forms: new Set(), placeholders: new Set() }
    if (plural && form !== undefined) entry.forms.add(form)
    for (const [, name] of text.matchAll(PLACEHOLDER)) if (name !== undefined) entry.placeholders.add(name)
    entries.set(key, entry)
  }
  return entries
}

function pluralForms(locale: string): { needed: string[]; known: string[] } {
  const rules = new Intl.PluralRules(locale)
  const needed = new Set<string>()
  for (let n = 0; n <= PLURAL_SAMPLES; n++) needed.add(rules.select(n))
  return { needed: [...needed], known: rules.resolvedOptions().pluralCategories }
}
