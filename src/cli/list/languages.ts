import { PAGE_LOCALES } from '../../kit/page-texts.ts'
import { plainWord } from '../../supporters/import/permissions/permission.ts'

/** Languages in which a list may name countries and languages, besides those of the pages. */
export const NAME_LANGUAGES: readonly string[] = [...new Set([...PAGE_LOCALES, 'de', 'pt', 'it', 'tr', 'uk', 'pl'])]

/** Most words of the name of a language: “Haitian Creole French”. */
const MAX_NAME_WORDS = 3
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']
/** Words between or beside languages: “Russian and Kazakh”, “русский язык”. */
const BESIDE = new Set(
  ['and', 'und', 'y', 'и', 'және', 'و', 'язык', 'тілі', 'اللغة', 'language', 'langue'].map(plainWord),
)

/** All languages of two letters that have a name, those of the pages first. */
const tags = [...new Set([...PAGE_LOCALES, ...LETTERS.flatMap((a) => LETTERS.map((b) => a + b))])].filter(
  (tag) => Intl.getCanonicalLocales(tag)[0] === tag && nameIn('en', tag) !== undefined,
)

/** Languages by their names in each of several languages, and in the language itself. */
const languages = new Map<string, string>()
for (const tag of tags)
  for (const locale of [...NAME_LANGUAGES, ...Intl.DisplayNames.supportedLocalesOf(tag)])
    for (const form of formsOf(plainWord(nameIn(locale, tag) ?? tag)))
      if (!languages.has(form)) languages.set(form, tag)

function nameIn(locale: string, tag: string): string | undefined {
  return new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' }).of(tag)
}

/** Forms of a name: Arabic ones with and without article and feminine ending, Kazakh ones without the word for language. */
function formsOf(name: string): string[] {
  const short = name.replace(/тілі$/u, '').replace(/^ال/u, '')
  return [name, short, short.replace(/ية$/u, 'ي')]
}

/** The tags of languages that are named in one of several languages. Tags and unknown words come back unchanged. */
export function languageTags(cells: readonly string[]): string[] {
  const words = cells
    .join(' ')
    .replace(/\([^)]*\)/g, ' ')
    .split(/[\s/|+&;,]+/)
    .filter((word) => word !== '')
  const found: string[] = []
  for (let at = 0; at < words.length; ) {
    const length = [...Array(MAX_NAME_WORDS).keys()]
      .map((less) => MAX_NAME_WORDS - less)
      .find((count) => at + count <= words.length && languages.has(plainWord(words.slice(at, at + count).join(''))))
    const name = plainWord(words.slice(at, at + (length ?? 1)).join(''))
    if (length !== undefined || !BESIDE.has(name)) found.push(languages.get(name) ?? words[at] ?? '')
    at += length ?? 1
  }
  return found
}
