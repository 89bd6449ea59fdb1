import { directionOf, FALLBACK_LOCALE } from './locales.ts'
import { formatMessage, type MessageValues } from './messages.ts'
import { pageStrings } from './page-strings.gen.ts'

/** Says a text of `strings/<locale>.yaml`. @throws Error on a key that is not there. */
export type Translator = (key: string, values?: MessageValues) => string

/** Languages that Tocsin speaks: the pages' and the mails' are the same (`npm run content` sees to that). */
export const PAGE_LOCALES: readonly string[] = Object.keys(pageStrings)

/** The pages' texts in a language, or in English where nobody has translated them yet. */
export function translator(locale: string): Translator {
  const known = pageStrings[locale] === undefined ? FALLBACK_LOCALE : locale
  const strings = pageStrings[known] ?? {}
  return (key, values) => formatMessage(strings, known, key, values)
}

/** Short pieces in a row, those that are there, with the comma of the script. */
export const joinList = (locale: string, pieces: ReadonlyArray<string | undefined>): string =>
  pieces.filter((piece) => piece !== undefined && piece !== '').join(directionOf(locale) === 'rtl' ? '، ' : ', ')

/** Names of several, as a language lists them. */
export const formatList = (locale: string, names: readonly string[]): string =>
  new Intl.ListFormat(PAGE_LOCALES.includes(locale) ? locale : FALLBACK_LOCALE, { type: 'conjunction' }).format(names)
