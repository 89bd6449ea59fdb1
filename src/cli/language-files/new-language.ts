import { isMap, isScalar, type Node, parseDocument } from 'yaml'
import type { TextFolder } from './language-state.ts'
import { pluralForms, readMessage } from './read-strings.ts'
import { placeOf } from './text-places.ts'

/** A file of texts for a new language: every key of the English file, empty, with the English text and where it shows. */
export function newStrings(folder: TextFolder, locale: string, english: string): string {
  const { needed } = pluralForms(locale)
  const heading = [
    `# ${nameOf(locale)} (${locale}). Write each text between its quotes; the English one stands above it.`,
    '# Texts in {braces} stay as they are: Tocsin puts a name, a number or a day there.',
    `# A text with "plural" needs these forms here: ${needed.join(', ')}.`,
    `# npm run check -- --language ${locale} lists what is missing, and the language is offered to nobody before.`,
  ]
  const { contents } = parseDocument(english)
  return `${[heading.join('\n'), ...groups(contents, folder, locale)].join('\n\n')}\n`
}

const nameOf = (locale: string): string => new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale

function groups(contents: Node | null, folder: TextFolder, locale: string): string[] {
  if (!isMap(contents)) return []
  return contents.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : ''
    const place = placeOf(folder, name)
    const shown = place === undefined ? [] : [`# Shows: ${place}`]
    return [...shown, `${name}:`, ...entries(value as Node | null, locale, 1)].join('\n')
  })
}

function entries(node: Node | null, locale: string, depth: number): string[] {
  if (!isMap(node)) return []
  const indent = '  '.repeat(depth)
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : ''
    if (!isScalar(value)) return [`${indent}${name}:`, ...entries(value as Node | null, locale, depth + 1)]
    const lines = String(value.value).trimEnd().split('\n')
    return [
      ...lines.map((line) => `${indent}# ${line}`.trimEnd()),
      ...pluralHint(lines.join('\n'), locale, indent),
      `${indent}${name}: ""`,
    ]
  })
}

/** The forms that a plural has in this language, to copy. */
function pluralHint(english: string, locale: string, indent: string): string[] {
  if (readMessage(english, 'en').plurals.length === 0) return []
  const [, name = 'count'] = /\{(\w+), plural,/.exec(english) ?? []
  const forms = pluralForms(locale).needed.map((form) => `${form} {…}`)
  return [`${indent}# Form: {${name}, plural, ${forms.join(' ')}}`]
}

/** The section of a new language in strings/glossary.md: the English terms, with empty cells. */
export function newGlossarySection(locale: string, glossary: string): string {
  const [, english = ''] = /^## English \(en\)\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(glossary) ?? []
  const [, terms = ''] = /^### Terms\n(.*?)(?=^### |$(?![\s\S]))/ms.exec(english) ?? []
  const words = [...terms.matchAll(/^\| ([^|]+?) \|/gm)].flatMap(([, word = '']) =>
    ['Term', '---'].includes(word) ? [] : [word],
  )
  const own = new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale
  return [
    `## ${own.charAt(0).toLocaleUpperCase(locale)}${own.slice(1)} (${locale})`,
    '### Form of address',
    '### Typography',
    '### Terms',
    ['| English | Here |', '| --- | --- |', ...words.map((word) => `| ${word} |  |`)].join('\n'),
    '### Not to be used',
    ['| Not | But |', '| --- | --- |'].join('\n'),
  ].join('\n\n')
}
