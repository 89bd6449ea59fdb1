/** Days and moments as readers of a language write them. */

/** Plain `en` is American to `Intl`: 9/28 and 4 PM. Our English readers are everywhere, so they get the international order. */
export const formatTag = (locale: string): string => (locale === 'en' ? 'en-GB' : locale)

/** A calendar day, given as `2015-09-28` or epoch milliseconds (then the day in UTC). */
export const dayIn = (locale: string, day: string | number): string =>
  new Intl.DateTimeFormat(formatTag(locale), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))

/** `2015-09-28` of an instant, in UTC: the value of a date input. */
export const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

/** Something that takes place: local times such as `2015-09-28T16:00`, in an IANA zone. */
export type Occasion = { start: string; end?: string | undefined; zone: string }

/** The day with its weekday, the hours by the clock of the place, and the name of that clock. */
export function occasionIn(locale: string, { start, end, zone }: Occasion): string {
  const tag = formatTag(locale)
  const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', timeZone: zone })
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeZone: zone })
  const begins = instantOf(start, zone)
  const ends = end === undefined ? begins : instantOf(end, zone)
  const zoneName = zoneNameAt(begins, zone, tag, 'long')
  const hours = (instant: number) => `${day.format(instant)}, ${clock.format(instant)}`
  if (ends === begins) return `${hours(begins)} (${zoneName})`
  const sameDay = day.format(begins) === day.format(ends)
  return `${hours(begins)}${sameDay ? `–${clock.format(ends)}` : ` – ${hours(ends)}`} (${zoneName})`
}

/** The instant (epoch ms) at which clocks in an IANA zone show a local time such as `2015-09-28T16:00`. */
export function instantOf(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}Z`)
  const first = asUtc - offsetAt(asUtc, zone)
  return asUtc - offsetAt(first, zone) // once more: the clocks may change between the two
}

/** Milliseconds by which an IANA zone is ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const name = zoneNameAt(instant, zone, 'en', 'longOffset')
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** What a zone is called at an instant: by its name, or by its distance from Greenwich. */
const zoneNameAt = (instant: number, zone: string, tag: string, form: 'long' | 'longOffset'): string =>
  new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: form })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value ?? ''
