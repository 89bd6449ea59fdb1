import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf, isShown } from '../../src/kit/zones.ts'

const ZONES = [
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'Asia/Almaty',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'UTC',
]
const iso = (local: string, zone: string) => new Date(instantOf(local, zone)).toISOString()

/** Local time in a zone in Swedish form: `2015-09-28 16:00:00`. */
const clockIn = (zone: string, instant: number) =>
  new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(instant)

describe('the instant of a local time', () => {
  it('is right on both sides of a clock change', () => {
    expect(iso('2015-09-28T16:00', 'Europe/London')).toBe('2015-09-28T15:00:00.000Z')
    expect(iso('2015-10-25T00:30', 'Europe/London')).toBe('2015-10-24T23:30:00.000Z')
    expect(iso('2015-10-25T03:00', 'Europe/London')).toBe('2015-10-25T03:00:00.000Z')
    expect(iso('2002-02-01T09:00', 'Asia/Novokuznetsk')).toBe('2002-02-01T02:00:00.000Z')
  })

  it('is the first of two when clocks are put back, and uses the old offset when clocks skip an hour (RFC 5545)', () => {
    expect(iso('2007-11-04T01:30', 'America/New_York')).toBe('2007-11-04T05:30:00.000Z')
    expect(iso('2007-03-11T02:30', 'America/New_York')).toBe('2007-03-11T07:30:00.000Z')
    expect(isShown('2007-11-04T01:30', 'America/New_York')).toBe(true)
    expect(isShown('2007-03-11T02:30', 'America/New_York')).toBe(false)
  })

  it('is the time at which clocks in the zone show the local time', () => {
    const minute = fc.integer({ min: Date.UTC(2000, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 })
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), minute, (zone, minutes) => {
        const shown = clockIn(zone, minutes * 60_000)
        const local = shown.replace(' ', 'T')
        const instant = instantOf(local, zone)
        expect(clockIn(zone, instant)).toBe(shown)
        expect(instant).toBeLessThanOrEqual(minutes * 60_000)
        expect(isShown(local, zone)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
