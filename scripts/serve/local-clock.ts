import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { live } from '../clock/live.ts'
import { CLOCK_OBJECT, movableClock } from '../clock/movable.ts'

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const
/** One part or several: `+2 days`, `+2 days 10 hours`, `+1 week, 2 days and 3 hours`. */
const AHEAD =
  /^\+\s*\d{1,4}\s*(?:minute|hour|day|week)s?(?:(?:\s*,\s*|\s+and\s+|\s*\+\s*|\s+)\d{1,4}\s*(?:minute|hour|day|week)s?)*$/
const PART = /(\d{1,4})\s*(minute|hour|day|week)/g
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/

/** Milliseconds by which a wanted time may lie before the clock's: a start takes some seconds. */
const SAME_MS = 60_000

/** The time of `--clock` (epoch ms): ahead of the machine's time `now`, or a time of this machine's zone. @throws Error if malformed */
export function readClock(typed: string, now: number): number {
  if (AHEAD.test(typed.trim()))
    return [...typed.matchAll(PART)].reduce(
      (at, [, count, unit]) => at + Number(count) * UNITS[unit as keyof typeof UNITS],
      now,
    )
  // A date alone would be taken as UTC.
  const text = typed.trim().replace(/^(\d{4}-\d{2}-\d{2})$/, '$1T00:00')
  const at = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new Error(
      `--clock ${typed}: expected '+2 days', '+3 hours', '+2 days 10 hours' or a time such as 2026-12-05T08:00.`,
    )
  return at
}

/** Folder of the objects of a class in a state folder. */
const objectsIn = (state: string, className: string) => join(state, 'do', `tocsin-${className}`)

/** Whether the clock of this state was moved before. Its objects have dates and alarms in moved time ever since. */
export const wasMoved = (state: string): boolean => existsSync(objectsIn(state, CLOCK_OBJECT))

/** Moves a server's clock from alarm to alarm, so that everything happens in order. @throws Error if the clock is past that time */
export async function moveClock(url: string, state: string, to: number): Promise<void> {
  const clock = movableClock({ url })
  await clock.find(storedObjects(state))
  const now = await clock.now()
  if (to < now - SAME_MS)
    throw new Error(
      `The clock of ${state} is at ${shownTime(now)} already and only goes forward.
For an earlier time use another folder: npm start -- --persist-to .tocsin/another --clock …`,
    )
  await live(clock, to, 0)
}

/** All objects with stored data. */
function storedObjects(state: string): Array<{ class: string; id: string }> {
  const folder = join(state, 'do')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const className = /^tocsin-(\w+)$/.exec(name)?.[1]
    if (className === undefined || className === CLOCK_OBJECT) return []
    return readdirSync(join(folder, name)).flatMap((file) => {
      const id = /^([0-9a-f]{64})\.sqlite$/.exec(file)?.[1]
      return id === undefined ? [] : [{ class: className, id }]
    })
  })
}

/** A time in this machine's zone. */
export const shownTime = (at: number): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short' })
