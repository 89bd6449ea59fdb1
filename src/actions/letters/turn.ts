import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'

/** When a letter goes: in its turn, on working days, while people are at their desks in their own zone. */

const OPENS = 9
const CLOSES = 17 // o'clock, local time: the first hour that is over
const WEEKEND: readonly string[] = ['Sat', 'Sun']

/** Letters to one addressee in an hour, where the campaign sets no other number: what one person could still read. */
export const LETTERS_PER_HOUR = 30
/** Share by which the pause between two letters varies, so that they do not arrive like a machine's. */
const JITTER = 0.25
/** Milliseconds after which a turn has passed: an alarm is not later than that by itself. */
const LATE_MS = 10 * MINUTE_MS

/** By zone: making one costs ten times its use, and a window is looked for hour by hour. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(zone, made)
  return made
}

/** Local weekday and hour. By Intl, which knows every change of clocks. */
function localTime(at: number, zone: string): { weekday: string; hour: number } {
  const parts = formatIn(zone)
    .formatToParts(at)
    .map(({ type, value }) => [type, value])
  const { weekday = '', hour = '0' } = Object.fromEntries(parts)
  return { weekday, hour: Number(hour) }
}

const isOpen = (at: number, zone: string): boolean => {
  const { weekday, hour } = localTime(at, zone)
  return !WEEKEND.includes(weekday) && hour >= OPENS && hour < CLOSES
}

/** Hours looked ahead: a weekend between two working days is 64, and a change of clocks one more. */
const LOOK_AHEAD_HOURS = 72

/** `at` itself if the office is open then, else the moment it opens next. Epoch milliseconds; no zone means always open. */
export function officeTime(at: number, zone: string | undefined): number {
  if (zone === undefined || isOpen(at, zone)) return at
  for (let hour = 1; hour <= LOOK_AHEAD_HOURS; hour++) {
    const later = at + hour * HOUR_MS
    if (isOpen(later, zone)) return opening(later - HOUR_MS, later, zone)
  }
  throw new Error(`no office hour of ${zone} within ${LOOK_AHEAD_HOURS} hours`)
}

/** The minute between two moments in which it opens: zones differ by quarters of an hour, and clocks change between. */
function opening(closed: number, open: number, zone: string): number {
  let [before, after] = [Math.floor(closed / MINUTE_MS), Math.ceil(open / MINUTE_MS)]
  while (after - before > 1) {
    const middle = (before + after) >> 1
    if (isOpen(middle * MINUTE_MS, zone)) after = middle
    else before = middle
  }
  return after * MINUTE_MS
}

/** How often an addressee gets a letter, and in which zone's office hours. */
export type Pace = { perHour?: number | undefined; zone?: string | undefined }

/** When the next letter may go to an addressee whose last one goes at `last` (0: none). Epoch ms; `random` in [0, 1). */
export function nextTurn(
  now: number,
  last: number,
  { perHour = LETTERS_PER_HOUR, zone }: Pace,
  random: number,
): number {
  const pause = Math.ceil((HOUR_MS / perHour) * (1 + JITTER * random)) // alarms know whole milliseconds
  return officeTime(last === 0 ? now : Math.max(now, last + pause), zone)
}

/** Whether nobody is at a desk in this zone now. */
export const isShut = (zone: string | undefined, now: number): boolean => officeTime(now, zone) !== now

/** Whether a letter needs another turn: its own has passed, or has come while the office is shut. */
export const hasMissed = (turn: number, shut: boolean, now: number): boolean =>
  turn < now - LATE_MS || (turn <= now && shut)

/** Where a desk has no zone of its own: a day has to begin somewhere. */
const ANY_ZONE = 'UTC'
/** Hours in which a working day begins for sure: two weeks, so that the next week is among them. */
const WINDOW_HOURS = 14 * 24

/** When what was gathered since `at` goes: at the next beginning of a working day, or of a week. Epoch milliseconds. */
export function nextWindow(at: number, every: 'day' | 'week', zone = ANY_ZONE): number {
  let was = isOpen(at, zone)
  for (let hour = 1; hour <= WINDOW_HOURS; hour++) {
    const later = at + hour * HOUR_MS
    const is = isOpen(later, zone)
    if (is && !was && (every === 'day' || localTime(later, zone).weekday === FIRST_DAY))
      return opening(later - HOUR_MS, later, zone)
    was = is
  }
  throw new Error(`no working day of ${zone} begins within ${WINDOW_HOURS} hours`)
}

const FIRST_DAY = 'Mon'
