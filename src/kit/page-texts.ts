import { directionOf, FALLBACK_LOCALE } from './locales.ts'
import { type PhraseValues, phrase } from './messages.ts'
import { pageStrings } from './page-strings.gen.ts'

/** Says a text of `strings/<locale>.yaml`. @throws Error on a key that is not there. */
export type Say = (key: string, values?: PhraseValues) => string

/** Languages that Tocsin speaks: the pages' and the mails' are the same (`npm run content` sees to that). */
export const SPOKEN: readonly string[] = Object.keys(pageStrings)

/** The pages' texts in a language, or in English where nobody has translated them yet. */
export function textsIn(locale: string): Say {
  const known = pageStrings[locale] === undefined ? FALLBACK_LOCALE : locale
  const strings = pageStrings[known] ?? {}
  return (key, values) => phrase(strings, known, key, values)
}

/** Short pieces in a row, those that are there, with the comma of the script. */
export const inARow = (locale: string, pieces: ReadonlyArray<string | undefined>): string =>
  pieces.filter((piece) => piece !== undefined && piece !== '').join(directionOf(locale) === 'rtl' ? '، ' : ', ')

/** Names of several, as a language lists them. */
export const listIn = (locale: string, names: readonly string[]): string =>
  new Intl.ListFormat(SPOKEN.includes(locale) ? locale : FALLBACK_LOCALE, { type: 'conjunction' }).format(names)
