import { names } from './names.gen.ts'

/**
 * Months, weekdays, countries and languages in one language. `scripts/content/names.ts` generates them for every page
 * language.
 */
export type Names = {
  months: string[] // the form used inside a date
  monthsAlone: string[] // the form used with a year alone
  weekdays: string[] // from Sunday
  /** Patterns such as `{day} {month} {year}`. */
  long: string
  full: string
  monthAndYear: string
  countries: Record<string, string> // by ISO 3166-1 code, sorted for the language
  languages: Record<string, string> // by language tag
}

/** The names in a language; undefined for a language without page texts, where callers fall back to `Intl`. */
export const namesOf = (locale: string): Names | undefined => names[locale]

/** The name of a country (ISO 3166-1 code) in a language. */
export const countryName = (locale: string, code: string): string =>
  namesOf(locale)?.countries[code] ?? new Intl.DisplayNames([locale], { type: 'region' }).of(code) ?? code

/** The name of a language in another language. Text that is no language tag (RFC 5646) is returned unchanged. */
export function languageName(locale: string, language: string): string {
  const known = namesOf(locale)?.languages[language]
  if (known !== undefined) return known
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

/** All countries as pairs of code and name, sorted for the language. */
export const countriesIn = (locale: string): Array<[code: string, name: string]> =>
  Object.entries((namesOf(locale) ?? names.en)?.countries ?? {})
