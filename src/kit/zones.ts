import { DAY_MS } from './durations.ts'

/** Conversion between local times and instants in IANA time zones, by `Intl`. Local times look like `2015-09-28T16:00`. */

/**
 * The instant (epoch ms) of a local time in a time zone. A time that occurs twice gives the first instant. A skipped
 * time uses the offset before the change (RFC 5545 §3.3.5).
 */
export function instantOf(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}Z`)
  return instantsOf(local, zone)[0] ?? asUtc - offsetAt(asUtc - DAY_MS, zone)
}

/** The instants (epoch ms) of a local time, in order: two if clocks are put back over it, none if they are put forward over it. */
export function instantsOf(local: string, zone: string): number[] {
  const asUtc = Date.parse(`${local}Z`)
  // no zone is a day away from UTC, and none changes its clocks twice within two days
  const found = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => asUtc - offsetAt(near, zone))
  return [...new Set(found)].filter((instant) => offsetAt(instant, zone) === asUtc - instant)
}

/** Whether a local time exists in a time zone: an hour is skipped when clocks are put forward. */
export const isShown = (local: string, zone: string): boolean => instantsOf(local, zone).length > 0

/** The local time of an instant (epoch ms), to the minute. */
export const localAt = (instant: number, zone: string): string =>
  new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 16)

/** How far a time zone is ahead of UTC at an instant (epoch ms): `+05:45`. */
export function offsetTextAt(instant: number, zone: string): string {
  const minutes = offsetAt(instant, zone) / 60_000
  const two = (number: number) => String(number).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** Milliseconds by which a time zone is ahead of UTC at an instant (epoch ms). */
function offsetAt(instant: number, zone: string): number {
  const name = zoneNameAt(instant, zone, 'en', 'longOffset')
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** The name of a time zone at an instant (epoch ms) in a language. */
export const zoneNameAt = (instant: number, zone: string, tag: string, form: 'short' | 'longOffset'): string =>
  new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: form })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value ?? ''
