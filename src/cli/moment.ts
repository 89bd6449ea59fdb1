import { WrongUsage } from './command.ts'

const FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i

/** A moment as typed at the terminal. `isLocal`: it named no zone, so it is a time of this machine. */
type TypedMoment = { iso: string; isLocal: boolean }

/**
 * The moment that an option names, as the API expects it: an ISO 8601 time, with a zone or in the zone of this machine.
 * @throws WrongUsage that says what was found, what is expected and what time it is here
 */
export function momentIn(option: string, typed: string, now: Date): TypedMoment {
  const [, day, minutes, seconds = ':00', zone = ''] = FORM.exec(typed.trim()) ?? []
  const offset = zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const moment = new Date(`${day}T${minutes}${seconds}${offset}`)
  if (day === undefined || Number.isNaN(moment.getTime()) || !isOnCalendar(day)) {
    throw new WrongUsage(
      `${option}: found “${typed}”; expected a day and a time, such as 2026-12-05T16:00 (on this machine’s clock), ` +
        `2026-12-05T16:00:00Z or 2026-12-05T16:00+01:00. It is now ${localIso(now)} here.`,
    )
  }
  return { iso: moment.toISOString(), isLocal: zone === '' }
}

/** Whether a day exists: JavaScript reads 31 February as 3 March. */
const isOnCalendar = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)

/** A moment on this machine's clock, with its offset from UTC: `2026-12-05T16:00+01:00`. */
export function localIso(moment: Date): string {
  const minutes = -moment.getTimezoneOffset()
  const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 16)
  const two = (number: number) => String(number).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
