import { COUNTRIES } from '../../src/kit/countries.ts'
import { formatTag } from '../../src/kit/locales.ts'
import type { Names } from '../../src/kit/localised-names.ts'

/** Any year: its months and one of its weeks are formatted to get their names. */
const SAMPLE_YEAR = 2026

/**
 * Names of months, weekdays, countries and languages in a language, from Node's ICU. workerd has data for about eighty languages only; it
 * lacks Kazakh, which would get `2026 M11 1` and English countries.
 */
export function namesIn(locale: string, languages: readonly string[]): Names {
  const tag = formatTag(locale)
  const months = Array.from({ length: 12 }, (_, month) => Date.UTC(SAMPLE_YEAR, month, 1))
  const week = Array.from({ length: 7 }, (_, day) => Date.UTC(SAMPLE_YEAR, 1, 1 + day)) // 1 February 2026 is a Sunday
  const long = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' })
  const full = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeZone: 'UTC' })
  const monthAndYear = new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const country = new Intl.DisplayNames([locale], { type: 'region' })
  const language = new Intl.DisplayNames([locale], { type: 'language' })
  const order = new Intl.Collator(locale)
  const countries = COUNTRIES.map((code) => [code, country.of(code) ?? code] as const)
  return {
    months: months.map((instant) => partOf(long, 'month', instant)),
    monthsAlone: months.map((instant) => partOf(monthAndYear, 'month', instant)),
    weekdays: week.map((instant) => partOf(full, 'weekday', instant)),
    long: patternOf(long),
    full: patternOf(full),
    monthAndYear: patternOf(monthAndYear),
    countries: Object.fromEntries(countries.toSorted(([, a], [, b]) => order.compare(a, b))),
    languages: Object.fromEntries(languages.map((tag) => [tag, language.of(tag) ?? tag])),
  }
}

const partOf = (format: Intl.DateTimeFormat, type: string, instant: number): string =>
  format.formatToParts(instant).find((part) => part.type === type)?.value ?? ''

/** Pattern of a date format, such as `{day} {month} {year}`. Narrow no-break spaces become plain ones, as in `format`. */
const patternOf = (format: Intl.DateTimeFormat): string =>
  format
    .formatToParts(0)
    .map(({ type, value }) => (type === 'literal' ? value.replaceAll('\u202f', ' ') : `{${type}}`))
    .join('')
