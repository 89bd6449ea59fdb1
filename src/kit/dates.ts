import { directionOf, formatTag } from './locales.ts'
import { namesOf } from './localised-names.ts'
import { instantOf, zoneNameAt } from './zones.ts'

/** Dates and times as readers of a language write them. */

/** A calendar day in long form, such as `28 September 2015`. `day` is `2015-09-28` or epoch milliseconds (the day in UTC). */
export const formatDay = (locale: string, day: string | number): string => formatDate(locale, 'long', new Date(day))

/** The month and year of a day, such as `January 1994`, for dates whose day is unknown. */
export const formatMonth = (locale: string, day: string): string => formatDate(locale, 'monthAndYear', new Date(day))

const FORMATS = {
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  monthAndYear: { month: 'long', year: 'numeric' },
} as const

/** Formats the UTC date of an instant. Generated names come first: the `Intl` of workerd lacks languages such as Kazakh. */
function formatDate(locale: string, form: keyof typeof FORMATS, date: Date): string {
  const names = namesOf(locale)
  if (names === undefined) return new Intl.DateTimeFormat(locale, { ...FORMATS[form], timeZone: 'UTC' }).format(date)
  const months = form === 'monthAndYear' ? names.monthsAlone : names.months
  const parts: Record<string, string | number | undefined> = {
    year: date.getUTCFullYear(),
    month: months[date.getUTCMonth()],
    day: date.getUTCDate(),
    weekday: names.weekdays[date.getUTCDay()],
  }
  return names[form].replace(/\{(\w+)\}/g, (_, part: string) => String(parts[part] ?? ''))
}

/** Start and end of an event: local times such as `2015-09-28T16:00`, in an IANA time zone. */
type EventTime = { start: string; end?: string | undefined; zone: string }

/** Weekday, date and local times of an event, and the name of the time zone in brackets. */
export function formatEventTime(locale: string, { start, end, zone }: EventTime): string {
  const clock = new Intl.DateTimeFormat(formatTag(locale), { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
  const moment = (local: string) => {
    const wall = new Date(`${local}Z`) // the local time, read as if it were UTC
    return { day: formatDate(locale, 'full', wall), time: clock.format(wall) }
  }
  const from = moment(start)
  const to = moment(end ?? start)
  const zoneName = formatZone(locale, zone, instantOf(start, zone))
  const comma = directionOf(locale) === 'rtl' ? '، ' : ', '
  const until =
    end === undefined || end === start ? '' : from.day === to.day ? `–${to.time}` : ` – ${to.day}${comma}${to.time}`
  return `${from.day}${comma}${from.time}${until} (${zoneName})`
}

/** The time zone at an instant, shortly: `CET`, or the offset such as `GMT+5` where the language has no short name. */
const formatZone = (locale: string, zone: string, instant: number): string =>
  zoneNameAt(instant, zone, formatTag(locale), 'short').replace(/[+−-]0$/, '')
