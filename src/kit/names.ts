import { names } from './names.gen.ts'

/** What a language calls things, made by `scripts/content/names.ts` for every language the pages are written in. */
export type Names = {
  months: string[] // as they stand in a date
  monthsAlone: string[] // as they stand before a year
  weekdays: string[] // from Sunday
  /** Patterns such as `{day} {month} {year}`. */
  long: string
  full: string
  monthAndYear: string
  countries: Record<string, string> // by ISO 3166-1 code, in the order of the language
  languages: Record<string, string> // by tag
}

/** None for a language that nobody has translated the pages into: `Intl` then says what it knows. */
export const namesOf = (locale: string): Names | undefined => names[locale]

/** A country as the language calls it. */
export const countryName = (locale: string, code: string): string =>
  namesOf(locale)?.countries[code] ?? new Intl.DisplayNames([locale], { type: 'region' }).of(code) ?? code

/** A language as readers of another call it; as it stands when it is no language tag (RFC 5646). */
export function languageName(locale: string, language: string): string {
  const known = namesOf(locale)?.languages[language]
  if (known !== undefined) return known
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

/** Every country by code and name, in the order of the language. */
export const countriesIn = (locale: string): Array<[code: string, name: string]> =>
  Object.entries((namesOf(locale) ?? names.en)?.countries ?? {})
