import { countryOf } from '../../kit/countries.ts'
import { countriesIn } from '../../kit/localised-names.ts'
import { plainWord } from '../../supporters/import/permissions/permission.ts'
import type { DateOrder } from './date-order.ts'
import { NAME_LANGUAGES } from './languages.ts'

/** A date as spreadsheets write it, with `.`, `/` or `-`, and perhaps a time behind it. */
const SPREADSHEET_DATE = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/
/** Two-digit years from here on are of the last century. */
const LAST_CENTURY = 70

/** The order that a date proves by a number above 12; `both` if either fits; null if it is no such date. */
export function orderOf(text: string): DateOrder | 'both' | null {
  const match = SPREADSHEET_DATE.exec(text.trim())
  if (match === null) return null
  const [first, second] = [Number(match[1]), Number(match[3])]
  if (first > 12 && second <= 12) return 'day-first'
  if (second > 12 && first <= 12) return 'month-first'
  return first <= 12 && second <= 12 ? (first === second ? null : 'both') : null
}

/** A date of a spreadsheet as ISO 8601, without a zone. Any other text comes back unchanged: its reader refuses it. */
export function isoDate(text: string, order: DateOrder): string {
  const match = SPREADSHEET_DATE.exec(text.trim())
  if (match === null) return text
  const [, first = '', , second = '', typedYear = '', hours, minutes, seconds] = match
  const [day, month] = order === 'day-first' ? [first, second] : [second, first]
  const century = Number(typedYear) >= LAST_CENTURY ? '19' : '20'
  const year = typedYear.length === 2 ? century + typedYear : typedYear
  const two = (part: string) => part.padStart(2, '0')
  const date = `${year}-${two(month)}-${two(day)}`
  return hours === undefined ? date : `${date}T${two(hours)}:${minutes}:${seconds ?? '00'}`
}

const countries = new Map(
  NAME_LANGUAGES.flatMap((locale) => {
    const names = new Intl.DisplayNames([locale], { type: 'region' })
    return countriesIn('en').map(([code]) => [plainWord(names.of(code) ?? code), code] as const)
  }),
)

/** The code of a country that is named in one of several languages. Any other text comes back unchanged: its reader refuses it. */
export const countryCode = (text: string): string => countryOf(text) ?? countries.get(plainWord(text)) ?? text
