import { describe, expect, it } from 'vitest'
import { dayIn, instantOf, occasionIn } from '../../src/kit/dates.ts'

describe('dates', () => {
  it('writes a day in the order of its language', () => {
    expect(dayIn('en', '2015-09-28')).toBe('28 September 2015')
    expect(dayIn('ru', '2015-09-28')).toBe('28 сентября 2015 г.')
    expect(dayIn('kk', '2015-09-28')).toBe('2015 ж. 28 қыркүйек')
  })

  it('tells an occasion by the clock of its place, and names the clock', () => {
    const picket = { start: '2015-09-28T16:00', end: '2015-09-28T17:30', zone: 'Europe/London' }
    expect(occasionIn('en', picket)).toBe('Monday, 28 September 2015, 16:00–17:30 (British Summer Time)')
    expect(occasionIn('en', { start: '2015-12-28T16:00', zone: 'Europe/London' })).toContain('(Greenwich Mean Time)')
    expect(occasionIn('fr', picket)).toContain('heure d’été britannique')
  })

  it('finds the instant of a local time on both sides of a clock change', () => {
    const iso = (local: string, zone: string) => new Date(instantOf(local, zone)).toISOString()
    expect(iso('2015-09-28T16:00', 'Europe/London')).toBe('2015-09-28T15:00:00.000Z')
    expect(iso('2015-10-25T00:30', 'Europe/London')).toBe('2015-10-24T23:30:00.000Z')
    expect(iso('2015-10-25T03:00', 'Europe/London')).toBe('2015-10-25T03:00:00.000Z')
    expect(iso('2002-02-01T09:00', 'Asia/Novokuznetsk')).toBe('2002-02-01T02:00:00.000Z')
  })
})
