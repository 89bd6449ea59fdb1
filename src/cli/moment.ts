import { DAY_MS } from '../kit/durations.ts'
import { suggestion } from '../kit/words/nearest-name.ts'
import { instantsOf, localAt, offsetTextAt } from '../kit/zones.ts'
import { WrongUsage } from './command.ts'

const TIME = /(?<time>\d{1,2}:\d{2})(?<seconds>:\d{2}(?:\.\d{1,3})?)?\s?(?<offset>Z|UTC|[+-]\d{2}:?\d{2})?$/i
const DAY = /^(?:(?<date>\d{4}-\d{2}-\d{2})[T ]|(?<word>[a-z]+),? )?/i
const FORM = new RegExp(DAY.source + TIME.source, 'i')
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
/** Letters that are enough for a day of the week. */
const SHORT_DAY = 3

/** A moment as typed at the terminal. `isLocal`: it named no zone, so it is a time of `zone`. */
type TypedMoment = { iso: string; isLocal: boolean }

type MomentOptions = {
  /** The zone of a time without one: IANA name. This machine's by default. */
  zone?: string | undefined
  /** Whether “9:00” and “tomorrow 9:00” are meant: the next one from now. */
  isNext?: boolean
}

/** The zone of this machine's clock. */
export const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * The moment that an option names, as the API expects it.
 * @throws WrongUsage that says what was found, what is expected and what time it is here
 */
export function momentIn(
  option: string,
  typed: string,
  now: Date,
  { zone: named, isNext = false }: MomentOptions = {},
): TypedMoment {
  const zone = named ?? machineZone()
  const refused = (expected: string) =>
    new WrongUsage(`${option}: found “${typed}”; ${expected} It is now ${localIso(now, zone)} ${here(named)}.`)
  const { date, word, time = '', seconds = ':00', offset } = FORM.exec(typed.trim())?.groups ?? {}
  const clock = time.padStart(5, '0')
  if (time === '' || Number.isNaN(Date.parse(`2000-01-01T${clock}${seconds}Z`))) throw refused(expectedForms(isNext))
  if (date !== undefined && offset !== undefined) {
    if (named !== undefined) throw refused('expected either --zone or a time with a zone of its own, not both.')
    const at = Date.parse(
      `${date}T${clock}${seconds}${offset
        .replace(/^utc$/i, 'Z')
        .replace(/^(...)(\d\d)$/, '$1:$2')
        .toUpperCase()}`,
    )
    if (Number.isNaN(at) || !isOnCalendar(date)) throw refused(expectedForms(isNext))
    return { iso: new Date(at).toISOString(), isLocal: false }
  }
  const isUtc = /^(z|utc)$/i.test(offset ?? '')
  if (offset !== undefined && !isUtc) throw refused('expected a date before a time with an offset.')
  if (isUtc && named !== undefined) throw refused('expected either --zone or a time in UTC, not both.')
  const wall = isUtc ? 'UTC' : zone
  const day = date ?? (isNext ? dayOf(word?.toLowerCase(), clock, localAt(now.getTime(), wall)) : undefined)
  if (day === undefined || !isOnCalendar(day)) throw refused(expectedForms(isNext, word))
  const local = `${day}T${clock}`
  const [first, second] = instantsOf(local, wall)
  if (first === undefined)
    throw refused(`${local} does not exist in ${wall}, because clocks are put forward then: expected another time.`)
  if (second !== undefined) {
    const both = [first, second].map((at) => `${local}${offsetTextAt(at, wall)}`).join(' or ')
    throw refused(`${local} comes twice in ${wall}, because clocks are put back then: expected ${both}.`)
  }
  const after = Date.parse(`2000-01-01T00:00${seconds}Z`) - Date.parse('2000-01-01T00:00:00Z')
  return { iso: new Date(first + after).toISOString(), isLocal: !isUtc }
}

const here = (zone: string | undefined): string => (zone === undefined ? 'here' : `in ${zone}`)

function expectedForms(isNext: boolean, word?: string): string {
  const days = ['today', 'tomorrow', ...WEEKDAYS]
  const hint = word === undefined ? '' : suggestion(word, days).replace('; d', ' D')
  const next = isNext ? ' Or “9:00”, “tomorrow 9:00”, “monday 9:00”.' : ''
  return (
    'expected a day and a time, such as 2026-12-05T16:00 (on this machine’s clock), 2026-12-05T16:00:00Z or ' +
    `2026-12-05T16:00+01:00.${next}${hint}`
  )
}

/** The day that a word means at a local time, such as `2026-12-05T16:00`. Without a word, the day of the next such hour. */
function dayOf(word: string | undefined, clock: string, local: string): string | undefined {
  const [today = '', time = ''] = local.split('T')
  const ahead = (days: number) => new Date(Date.parse(`${today}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
  const isOver = clock <= time
  if (word === undefined) return ahead(isOver ? 1 : 0)
  if (word === 'today') return today
  if (word === 'tomorrow') return ahead(1)
  const weekday = WEEKDAYS.findIndex((name) => name === word || name.slice(0, SHORT_DAY) === word)
  if (weekday === -1) return undefined
  const days = (weekday - new Date(`${today}T00:00Z`).getUTCDay() + 7) % 7
  return ahead(days === 0 && isOver ? 7 : days)
}

/** Whether a day exists: JavaScript reads 31 February as 3 March. */
const isOnCalendar = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}

/** A moment on the clock of a zone, with its offset from UTC: `2026-12-05T16:00+01:00`. */
export const localIso = (moment: Date, zone = machineZone()): string =>
  localAt(moment.getTime(), zone) + offsetTextAt(moment.getTime(), zone)

/** A moment on two clocks: `Sat 2026-12-05 16:00 (Europe/Paris), which is 2026-12-05 15:00 UTC`. */
export function bothClocks(iso: string, zone = machineZone()): string {
  const at = Date.parse(iso)
  const [day = '', time = ''] = localAt(at, zone).split('T')
  const weekday = WEEKDAYS[new Date(`${day}T00:00Z`).getUTCDay()] ?? ''
  const short = weekday.charAt(0).toUpperCase() + weekday.slice(1, SHORT_DAY)
  return `${short} ${day} ${time} (${zone}), which is ${localAt(at, 'UTC').replace('T', ' ')} UTC`
}

/** An IANA time zone as it is written. @throws WrongUsage with the nearest name */
export function zoneIn(typed: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone
  } catch {
    const known = Intl.supportedValuesOf('timeZone')
    const cities = known.filter((name) => name.toLowerCase().endsWith(`/${typed.toLowerCase().replaceAll(' ', '_')}`))
    const hint = cities[0] === undefined ? suggestion(typed, known) : `; did you mean ${cities[0]}?`
    throw new WrongUsage(`--zone: found “${typed}”; expected a time zone such as Europe/Paris${hint}`)
  }
}
