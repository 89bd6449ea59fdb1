import { COUNTRIES } from '../../src/kit/countries.ts'
import { formatTag } from '../../src/kit/locales.ts'
import type { Names } from '../../src/kit/names.ts'

/** Any day in each month, and any week, of a common year: only their names are asked for. */
const SAMPLE_YEAR = 2026

/**
 * What a language calls months, weekdays, countries and languages, from Node's ICU. workerd has the data of some eighty languages only:
 * Kazakh is one of those it lacks, and would get `2026 M11 1` and English countries.
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

/** `{day} {month} {year}`: how the pieces of a date follow each other. A plain space for the narrow one, as `format` itself writes. */
const patternOf = (format: Intl.DateTimeFormat): string =>
  format
    .formatToParts(0)
    .map(({ type, value }) => (type === 'literal' ? value.replaceAll('\u202f', ' ') : `{${type}}`))
    .join('')
