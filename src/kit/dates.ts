import { formatTag } from './locales.ts'
import { namesOf } from './names.ts'
import { instantOf, zoneNameAt } from './zones.ts'

/** Days and moments as readers of a language write them. */

/** A calendar day, given as `2015-09-28` or epoch milliseconds (then the day in UTC). */
export const formatDay = (locale: string, day: string | number): string => formatDate(locale, 'long', new Date(day))

/** The month of a day, where no more is known: `January 1994`. */
export const formatMonth = (locale: string, day: string): string => formatDate(locale, 'monthAndYear', new Date(day))

const FORMATS = {
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  monthAndYear: { month: 'long', year: 'numeric' },
} as const

/** Its parts are read in UTC. */
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

/** Something that takes place: local times such as `2015-09-28T16:00`, in an IANA zone. */
export type EventTime = { start: string; end?: string | undefined; zone: string }

/** The day with its weekday, the hours by the clock of the place, and the name of that clock. */
export function formatEventTime(locale: string, { start, end, zone }: EventTime): string {
  const clock = new Intl.DateTimeFormat(formatTag(locale), { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
  const moment = (local: string) => {
    const wall = new Date(`${local}Z`) // what calendar and clock of the place show, read as if in UTC
    return { day: formatDate(locale, 'full', wall), time: clock.format(wall) }
  }
  const from = moment(start)
  const to = moment(end ?? start)
  const zoneName = formatZone(locale, zone, instantOf(start, zone))
  const until =
    end === undefined || end === start ? '' : from.day === to.day ? `–${to.time}` : ` – ${to.day}, ${to.time}`
  return `${from.day}, ${from.time}${until} (${zoneName})`
}

/** A zone by its name at an instant; by its distance from Greenwich in a language that `Intl` has no name in. */
function formatZone(locale: string, zone: string, instant: number): string {
  const name = zoneNameAt(instant, zone, formatTag(locale), 'long')
  const known = locale === 'en' || name !== zoneNameAt(instant, zone, 'en-GB', 'long')
  return known ? name : zoneNameAt(instant, zone, 'en-GB', 'shortOffset')
}
