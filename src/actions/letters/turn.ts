import { firstWorkingDay, weekendIn } from '../../kit/calendar/weekends.ts'
import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'

/** Office hours, local time, on the working days of the zone's country: from 9:00 until 17:00. */
const OPENS = 9
const CLOSES = 17
/** Names of the days as the format below gives them, in the order of ISO 8601. */
const DAYS: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Letters to one addressee in an hour, unless the campaign sets another number: as many as one person can read. */
const LETTERS_PER_HOUR = 30
/** Share by which the pause between two letters varies, so that letters do not arrive at a machine's rhythm. */
const JITTER = 0.25
/** Milliseconds after which a turn counts as missed. A working alarm is never that late. */
const LATE_MS = 10 * MINUTE_MS

/** Formats by zone. Creating one costs ten times its use, and a search tries many hours. */
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

/** Local weekday (1 is Monday) and hour. Intl knows every change of clocks. */
function localTime(at: number, zone: string): { weekday: number; hour: number } {
  const parts = formatIn(zone)
    .formatToParts(at)
    .map(({ type, value }) => [type, value])
  const { weekday = '', hour = '0' } = Object.fromEntries(parts)
  return { weekday: DAYS.indexOf(weekday) + 1, hour: Number(hour) }
}

const isOpen = (at: number, zone: string): boolean => {
  const { weekday, hour } = localTime(at, zone)
  return !weekendIn(zone).includes(weekday) && hour >= OPENS && hour < CLOSES
}

/** Hours to search for an open office: a weekend is 64 hours long, and a change of clocks adds one. */
const LOOK_AHEAD_HOURS = 72

/** `at` if the office is open then, else the time of its next opening (epoch ms). Without a zone it is always open. */
export function officeTime(at: number, zone: string | undefined): number {
  if (zone === undefined || isOpen(at, zone)) return at
  for (let hour = 1; hour <= LOOK_AHEAD_HOURS; hour++) {
    const later = at + hour * HOUR_MS
    if (isOpen(later, zone)) return opening(later - HOUR_MS, later, zone)
  }
  throw new Error(`found no office hour in the zone ${zone} within ${LOOK_AHEAD_HOURS} hours`)
}

/** The minute of opening between a closed and an open time (epoch ms). By minutes, since zones differ by quarters of an hour. */
function opening(closed: number, open: number, zone: string): number {
  let [before, after] = [Math.floor(closed / MINUTE_MS), Math.ceil(open / MINUTE_MS)]
  while (after - before > 1) {
    const middle = (before + after) >> 1
    if (isOpen(middle * MINUTE_MS, zone)) after = middle
    else before = middle
  }
  return after * MINUTE_MS
}

/** Letters an hour, at most, and the IANA zone of the addressee's office hours. */
type Pace = { perHour?: number | undefined; zone?: string | undefined }

/** The turn of the next letter to an addressee whose last turn is `last` (0: none). Epoch ms; `random` in [0, 1). */
export function nextTurn(
  now: number,
  last: number,
  { perHour = LETTERS_PER_HOUR, zone }: Pace,
  random: number,
): number {
  const pause = Math.ceil((HOUR_MS / perHour) * (1 + JITTER * random)) // alarms take whole milliseconds
  return officeTime(last === 0 ? now : Math.max(now, last + pause), zone)
}

/** Whether offices in this zone are closed now. Without a zone they never are. */
export const isShut = (zone: string | undefined, now: number): boolean => officeTime(now, zone) !== now

/** Whether a letter needs a new turn: its turn was missed, or came while the office is closed. */
export const hasMissed = (turn: number, shut: boolean, now: number): boolean =>
  turn < now - LATE_MS || (turn <= now && shut)

/** The zone of digests to an addressee without a zone: a working day must begin somewhere. */
const ANY_ZONE = 'UTC'
/** Hours to search for the next digest: two weeks always hold the beginning of a week. */
const WINDOW_HOURS = 14 * 24

/** When letters that are held since `at` go as a digest: at the next beginning of a working day, or of a week. Epoch ms. */
export function nextWindow(at: number, every: 'day' | 'week', zone = ANY_ZONE): number {
  let was = isOpen(at, zone)
  for (let hour = 1; hour <= WINDOW_HOURS; hour++) {
    const later = at + hour * HOUR_MS
    const is = isOpen(later, zone)
    if (is && !was && (every === 'day' || localTime(later, zone).weekday === firstWorkingDay(zone)))
      return opening(later - HOUR_MS, later, zone)
    was = is
  }
  throw new Error(`found no beginning of a working day in the zone ${zone} within ${WINDOW_HOURS} hours`)
}
