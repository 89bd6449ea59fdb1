import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WrongUsage } from '../../src/cli/command.ts'
import { bothClocks, localIso, machineZone, momentIn, zoneIn } from '../../src/cli/moment.ts'
import { instantsOf, localAt } from '../../src/kit/zones.ts'

const NOW = new Date('2026-11-30T21:00:00Z')

test.each([
  ['2026-12-05T16:00:00Z', '2026-12-05T16:00:00.000Z'],
  ['2026-12-05T16:00Z', '2026-12-05T16:00:00.000Z'],
  ['2026-12-05 16:00+01:00', '2026-12-05T15:00:00.000Z'],
  ['2026-12-05T16:00:30.5+0545', '2026-12-05T10:15:30.500Z'],
  [' 2026-12-05t16:00 -03:00', '2026-12-05T19:00:00.000Z'],
])('--at %s means %s', (typed, iso) => {
  expect(momentIn('--at', typed, NOW)).toEqual({ iso, isLocal: false })
})

test('a time without a zone is a time of this machine', () => {
  const local = new Date(2026, 11, 5, 16, 0)
  expect(momentIn('--at', '2026-12-05T16:00', NOW)).toEqual({ iso: local.toISOString(), isLocal: true })
  expect(localIso(local)).toMatch(/^2026-12-05T16:00[+-]\d\d:\d\d$/)
  expect(new Date(localIso(local))).toEqual(local)
})

test.each(['tomorrow', '2026-12-05', '16:00', '05.12.2026 16:00', '2026-02-30T16:00Z', '2026-12-05T25:00Z', ''])(
  '--at “%s” is refused: the forms expected and the time here are told',
  (typed) => {
    expect(() => momentIn('--at', typed, NOW)).toThrow(
      /^--at: found “.*”; expected .*2026-12-05T16:00:00Z.* It is now 20\d\d-.*T\d\d:00[+-]\d\d:\d\d here\.$/,
    )
  },
)

const PARIS = 'Europe/Paris'
/** Monday, 30 November 2026, 22:00 in Paris. */
const next = (typed: string, zone?: string, now = NOW) => momentIn('--at', typed, now, { isNext: true, zone }).iso

test.each([
  ['9:00', '2026-12-01T08:00:00.000Z'],
  ['23:30', '2026-11-30T22:30:00.000Z'],
  ['22:00', '2026-12-01T21:00:00.000Z'],
  ['today 23:00', '2026-11-30T22:00:00.000Z'],
  ['tomorrow 9:00', '2026-12-01T08:00:00.000Z'],
  ['Monday 9:00', '2026-12-07T08:00:00.000Z'],
  ['mon 22:30', '2026-11-30T21:30:00.000Z'],
  ['sunday, 09:00', '2026-12-06T08:00:00.000Z'],
  ['2026-12-05 16:00', '2026-12-05T15:00:00.000Z'],
  ['2027-07-05 9:00', '2027-07-05T07:00:00.000Z'],
])('on Monday at 22:00 in Paris, “%s” is %s', (typed, iso) => {
  expect(next(typed, PARIS)).toBe(iso)
})

test('the day that counts is the one of the zone, not the one in UTC', () => {
  expect(next('tomorrow 9:00', 'Asia/Tokyo')).toBe('2026-12-02T00:00:00.000Z') // it is Tuesday there
  expect(next('tomorrow 9:00', 'Pacific/Honolulu')).toBe('2026-12-01T19:00:00.000Z')
  expect(next('tomorrow 9:00 UTC')).toBe('2026-12-01T09:00:00.000Z')
})

test('whatever zone and time: it is shown there, and it is the first of its kind from now', () => {
  const zones = fc.constantFrom(
    'Europe/Paris',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Asia/Almaty',
    'UTC',
  )
  const moments = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  const minutes = fc.nat(24 * 60 - 1)
  const words = fc.constantFrom('', 'tomorrow ', 'sunday ', 'wed ')
  fc.assert(
    fc.property(zones, moments, minutes, words, (zone, now, minute, word) => {
      const clock = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
      let iso: string
      try {
        iso = next(word + clock, zone, now)
      } catch (error) {
        expect(String(error)).toMatch(/clocks are put (forward|back) then/)
        return
      }
      expect(`${Number(localAt(Date.parse(iso), zone).slice(11, 13))}${localAt(Date.parse(iso), zone).slice(13)}`).toBe(
        clock,
      )
      expect(Date.parse(iso)).toBeGreaterThan(now.getTime() - 60_000)
      const [days, hour] = [word === '' ? 1 : word === 'tomorrow ' ? 2 : 7, 3_600_000]
      expect(Date.parse(iso) - now.getTime()).toBeLessThanOrEqual(days * 24 * hour + hour)
    }),
  )
})

test('a time on the day of a change of clocks that comes twice or never is refused, with what to write instead', () => {
  const at = (typed: string, zone: string) => () => momentIn('--at', typed, NOW, { zone })
  expect(at('2026-10-25 02:30', PARIS)).toThrow('expected 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00')
  expect(at('2026-03-29 02:30', PARIS)).toThrow(`2026-03-29T02:30 does not exist in ${PARIS}`)
  expect(at('2026-11-01 01:59', 'America/New_York')).toThrow('comes twice')
  expect(at('2026-03-29 03:00', PARIS)).not.toThrow()
  for (const zone of [PARIS, 'America/New_York', 'Australia/Lord_Howe'])
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 366 * 24 * 6 }), (tens) => {
        const local = new Date(Date.UTC(2027, 0, 1) + tens * 600_000).toISOString().slice(0, 16)
        const shown = instantsOf(local, zone)
        for (const one of shown) expect(localAt(one, zone)).toBe(local)
        if (shown.length === 1) expect(Date.parse(momentIn('--at', local, NOW, { zone }).iso)).toBe(shown[0])
        else expect(at(local, zone)).toThrow(WrongUsage)
      }),
      { numRuns: 300 },
    )
})

test('a zone and a time with a zone of its own contradict each other', () => {
  for (const typed of ['2026-12-05T16:00Z', '2026-12-05 16:00+02:00', 'tomorrow 9:00 UTC', 'tomorrow 9:00+02:00'])
    expect(() => momentIn('--at', typed, NOW, { zone: PARIS, isNext: true })).toThrow(WrongUsage)
})

test('a misspelt day or zone is answered with the right one', () => {
  expect(() => next('tomorow 9:00')).toThrow('Did you mean tomorrow?')
  expect(() => next('wendesday 9:00')).toThrow('Did you mean wednesday?')
  expect(() => next('satruday 9:00')).toThrow('Did you mean saturday?')
  expect(() => zoneIn('Europe/Pariss')).toThrow('did you mean Europe/Paris?')
  expect(() => zoneIn('paris')).toThrow('did you mean Europe/Paris?')
  expect(() => zoneIn('New York')).toThrow('did you mean America/New_York?')
  expect(zoneIn('europe/paris')).toBe('Europe/Paris')
})

test('an answer names the time on both clocks', () => {
  expect(bothClocks('2026-12-05T15:00:00Z', PARIS)).toBe(
    'Sat 2026-12-05 16:00 (Europe/Paris), which is 2026-12-05 15:00 UTC',
  )
  expect(bothClocks('2026-12-05T15:00:00Z')).toContain(machineZone())
})
