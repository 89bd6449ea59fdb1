import { directionOf, FALLBACK_LOCALE } from './locales.ts'
import { formatMessage, type MessageValues } from './messages.ts'
import { pageStrings } from './page-strings.gen.ts'

/**
 * Returns a text of `strings/<locale>.yaml`.
 * @throws Error on an unknown key.
 */
export type Translator = (key: string, values?: MessageValues) => string

/** Languages with page texts. Mail texts exist in the same languages; `npm run content` checks this. */
export const PAGE_LOCALES: readonly string[] = Object.keys(pageStrings)

/** The page texts of a language, or the English ones when the language has none. */
export function translator(locale: string): Translator {
  const known = pageStrings[locale] === undefined ? FALLBACK_LOCALE : locale
  const strings = pageStrings[known] ?? {}
  return (key, values) => formatMessage(strings, known, key, values)
}

/** Joins the defined pieces with the comma of the script, such as `، ` in Arabic. */
export const joinList = (locale: string, pieces: ReadonlyArray<string | undefined>): string =>
  pieces.filter((piece) => piece !== undefined && piece !== '').join(directionOf(locale) === 'rtl' ? '، ' : ', ')

/** Names as a list in a language: `A, B and C`. */
export const formatList = (locale: string, names: readonly string[]): string =>
  new Intl.ListFormat(PAGE_LOCALES.includes(locale) ? locale : FALLBACK_LOCALE, { type: 'conjunction' }).format(names)
