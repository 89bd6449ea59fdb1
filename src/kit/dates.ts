/** Days and moments as readers of a language write them. */

/** A calendar day, given as `2015-09-28` or epoch milliseconds (then the day in UTC). */
export const dayIn = (locale: string, day: string | number): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))

/** `2015-09-28` of an instant, in UTC: the value of a date input. */
export const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

/** The instant (epoch ms) at which clocks in an IANA zone show a local time such as `2015-09-28T16:00`. */
export function instantOf(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}Z`)
  const first = asUtc - offsetAt(asUtc, zone)
  return asUtc - offsetAt(first, zone) // once more: the clocks may change between the two
}

/** Milliseconds by which an IANA zone is ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(instant)
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** A moment with its weekday and the name of its zone, as somebody going there needs it. */
export const momentIn = (locale: string, instant: number, zone: string): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'long',
    timeZone: zone,
  }).format(instant)

/** The time of day alone, for the end of something that ends on the day it began. */
export const timeIn = (locale: string, instant: number, zone: string): string =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(instant)
