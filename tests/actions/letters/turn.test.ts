import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextTurn, nextWindow, officeTime } from '../../../src/actions/letters/turn.ts'

const at = (iso: string) => Date.parse(iso)

test('a letter written outside office hours waits for their beginning; with no zone it does not wait', () => {
  expect(officeTime(at('2026-11-25T12:34:56Z'), 'Europe/Dublin')).toBe(at('2026-11-25T12:34:56Z'))
  expect(officeTime(at('2026-11-25T03:00:00Z'), 'Europe/Dublin')).toBe(at('2026-11-25T09:00:00Z'))
  expect(officeTime(at('2026-11-27T17:00:00Z'), 'Europe/Dublin')).toBe(at('2026-11-30T09:00:00Z')) // Friday evening
  expect(officeTime(at('2026-11-28T10:00:00Z'), 'Asia/Kathmandu')).toBe(at('2026-11-29T03:15:00Z')) // +05:45, open on Sunday
  expect(officeTime(at('2026-11-28T10:00:00Z'), undefined)).toBe(at('2026-11-28T10:00:00Z'))
})

test('offices open at nine local time before and after a change of clocks', () => {
  expect(officeTime(at('2027-03-26T18:00:00Z'), 'Europe/London')).toBe(at('2027-03-29T08:00:00Z')) // summer time began on the 28th
  expect(officeTime(at('2027-10-29T18:00:00Z'), 'Europe/London')).toBe(at('2027-11-01T09:00:00Z')) // and ended on the 31st
})

test('in any zone and at any time, a letter goes in office hours, and not before the given time', () => {
  const zones = fc.constantFrom(
    'Asia/Almaty',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'America/Nuuk',
  )
  fc.assert(
    fc.property(
      zones,
      fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (zone, date) => {
        const found = officeTime(date.getTime(), zone)
        expect(found).toBeGreaterThanOrEqual(date.getTime())
        const local = new Date(new Date(found).toLocaleString('en-US', { timeZone: zone }))
        expect(local.getDay() % 6).not.toBe(0)
        expect(local.getHours()).toBeGreaterThanOrEqual(9)
        expect(local.getHours()).toBeLessThan(17)
      },
    ),
  )
})

test('five thousand letters to one addressee keep to thirty an hour', () => {
  const zone = 'Asia/Almaty'
  const slots: number[] = []
  let last = 0
  for (let n = 0; n < 5_000; n++) {
    last = nextTurn(at('2026-11-25T06:00:00Z'), last, { perHour: 30, zone }, (n % 97) / 97)
    slots.push(last)
  }
  for (const [n, slot] of slots.entries()) expect(slot - (slots[n - 30] ?? 0)).toBeGreaterThanOrEqual(3_600_000)
  expect(new Set(slots).size).toBe(5_000)
})

test('in any zone and at any time, a digest goes at the beginning of a working day or week', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        'Asia/Almaty',
        'America/St_Johns',
        'Australia/Lord_Howe',
        'Pacific/Chatham',
        'America/Nuuk',
        'UTC',
      ),
      fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
      fc.constantFrom('day' as const, 'week' as const),
      (zone, since, every) => {
        const goes = nextWindow(since, every, zone)
        expect(goes).toBeGreaterThan(since)
        expect(officeTime(goes, zone)).toBe(goes)
        expect(officeTime(goes - 60_000, zone)).toBe(goes) // closed until then
        const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(goes)
        if (every === 'week') expect(weekday).toBe('Mon')
        expect(goes - since).toBeLessThan((every === 'week' ? 8 : 4) * 24 * 3_600_000)
      },
    ),
  )
})

/** Days on which letters go out in one week, in the order of the week. */
function workingDays(zone: string): string {
  const days = Array.from({ length: 7 * 24 }, (_, hour) =>
    officeTime(at('2026-11-30T00:00:00Z') + hour * 3_600_000, zone),
  )
  const names = days.map((day) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(day))
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].filter((name) => names.includes(name)).join(' ')
}

test.each([
  ['Africa/Cairo', 'Mon Tue Wed Thu Sun', 'Sun'],
  ['Asia/Riyadh', 'Mon Tue Wed Thu Sun', 'Sun'],
  ['Asia/Dhaka', 'Mon Tue Wed Thu Sun', 'Sun'],
  ['Asia/Jerusalem', 'Mon Tue Wed Thu Sun', 'Sun'],
  ['Asia/Tehran', 'Mon Tue Wed Thu Sat Sun', 'Sat'],
  ['Asia/Kabul', 'Mon Tue Wed Sat Sun', 'Sat'],
  ['Asia/Kathmandu', 'Mon Tue Wed Thu Fri Sun', 'Sun'],
  ['Asia/Katmandu', 'Mon Tue Wed Thu Fri Sun', 'Sun'],
  ['Asia/Brunei', 'Mon Tue Wed Thu Sat', 'Mon'],
  ['Asia/Kolkata', 'Mon Tue Wed Thu Fri Sat', 'Mon'],
  ['Asia/Dubai', 'Mon Tue Wed Thu Fri', 'Mon'],
  ['Asia/Almaty', 'Mon Tue Wed Thu Fri', 'Mon'],
  ['Etc/GMT-3', 'Mon Tue Wed Thu Fri', 'Mon'],
])('offices in %s work on %s, and a week begins on %s', (zone, days, first) => {
  expect(workingDays(zone)).toBe(days)
  const begins = nextWindow(at('2026-12-02T12:00:00Z'), 'week', zone)
  expect(new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(begins)).toBe(first)
})
