import { DAY_MS } from './durations.ts'

/** The clocks of IANA zones, as `Intl` knows them. Local times are written as `2015-09-28T16:00`, without a zone. */

/**
 * The instant (epoch ms) at which clocks in a zone show a local time. Where they show it twice it is the first; where they skip it,
 * it is read as if they had not been put forward yet (RFC 5545 §3.3.5).
 */
export function instantOf(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}Z`)
  const before = asUtc - offsetAt(asUtc - DAY_MS, zone) // no zone is a day from UTC, and none changes its clocks twice within two
  const after = asUtc - offsetAt(asUtc + DAY_MS, zone)
  return [before, after].find((instant) => offsetAt(instant, zone) === asUtc - instant) ?? before
}

/** Whether clocks in a zone ever show a local time: an hour is skipped when they are put forward. */
export function isShown(local: string, zone: string): boolean {
  const instant = instantOf(local, zone)
  return offsetAt(instant, zone) === Date.parse(`${local}Z`) - instant
}

/** Milliseconds by which a zone is ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const name = zoneNameAt(instant, zone, 'en', 'longOffset')
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** What a zone is called at an instant. */
export const zoneNameAt = (
  instant: number,
  zone: string,
  tag: string,
  form: 'long' | 'longOffset' | 'shortOffset',
): string =>
  new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: form })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value ?? ''
