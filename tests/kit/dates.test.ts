import { describe, expect, it } from 'vitest'
import { formatDay, formatEventTime } from '../../src/kit/dates.ts'

describe('dates', () => {
  it('writes a day in the order of its language', () => {
    expect(formatDay('en', '2015-09-28')).toBe('28 September 2015')
    expect(formatDay('ru', '2015-09-28')).toBe('28 сентября 2015 г.')
    expect(formatDay('kk', '2015-09-28')).toBe('2015 ж. 28 қыркүйек')
  })

  it('gives an event in its local time, with the short name of the time zone or its offset', () => {
    const picket = { start: '2015-09-28T16:00', end: '2015-09-28T17:30', zone: 'Europe/London' }
    expect(formatEventTime('en', picket)).toBe('Monday, 28 September 2015, 16:00–17:30 (BST)')
    expect(formatEventTime('en', { start: '2015-12-28T16:00', zone: 'Europe/London' })).toContain('(GMT)')
    expect(formatEventTime('fr', picket)).toContain('(UTC+1)')
    expect(formatEventTime('kk', { start: '2015-12-28T16:00', zone: 'Europe/London' })).toContain('(GMT)')
  })
})
