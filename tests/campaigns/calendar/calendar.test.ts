import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { hasCalendar, renderCalendar } from '../../../src/campaigns/calendar/calendar.ts'
import { textLine } from '../../../src/campaigns/calendar/ical-line.ts'
import { type Campaign, textIn, wordsIn } from '../../../src/campaigns/campaign.ts'

const PUBLIC_URL = 'https://act.example.org'
const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']
const now = Date.parse('2026-11-22T12:00:00Z')
const named = (slug: string): Campaign =>
  bundled.find((campaign) => campaign.slug === slug) ?? expect.fail(`${slug} is not bundled`)
const kazakhmys = named('kazakhmys-2015')
const bakery = named('river-street-bakery')

/** Entries of a campaign's calendar, read by an independent parser. */
const entriesOf = (campaign: Campaign, locale = 'en', at = now) => {
  const calendar = new ICAL.Component(ICAL.parse(renderCalendar(campaign, locale, PUBLIC_URL, at)))
  return calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component))
}
const propertyOf = (event: ICAL.Event | undefined, name: string) => String(event?.component.getFirstPropertyValue(name))

/** Local time in a zone at the time of an entry. */
const clockIn = (zone: string, time: ICAL.Time | undefined) =>
  new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(time?.toJSDate())

describe('the calendar of a campaign', () => {
  it('puts the Kaz Minerals event at four in London, in summer time', () => {
    const [picket, ...more] = entriesOf(kazakhmys)
    expect(more).toEqual([])
    expect(picket?.startDate.toJSDate().toISOString()).toBe('2015-09-28T15:00:00.000Z')
    expect(clockIn('Europe/London', picket?.startDate)).toBe('2015-09-28 16:00')
    expect(picket?.component.getFirstProperty('dtend')).toBeNull()
    expect(picket).toMatchObject({
      uid: 'picket.kazakhmys-2015@act.example.org',
      summary: 'Picket at the London office',
      location: '100 Victoria Street, London SW1E 5JL',
      sequence: 0,
    })
    expect(propertyOf(picket, 'status')).toBe('CONFIRMED')
    expect(propertyOf(picket, 'url')).toBe('https://act.example.org/en/campaigns/kazakhmys-2015')
  })

  it('has the right local time for events on either side of a clock change', () => {
    const [evening, walk] = entriesOf(bakery)
    expect(clockIn('Europe/Dublin', evening?.startDate)).toBe('2027-01-30 17:30')
    expect(clockIn('Europe/Dublin', evening?.endDate)).toBe('2027-01-30 20:00')
    expect(clockIn('Europe/Dublin', walk?.startDate)).toBe('2027-04-10 15:00')
    expect(evening?.startDate.toJSDate().toISOString()).toBe('2027-01-30T17:30:00.000Z')
    expect(walk?.startDate.toJSDate().toISOString()).toBe('2027-04-10T14:00:00.000Z')
  })

  it('marks a cancelled event by status, by sequence and in words', () => {
    const [evening, walk] = entriesOf(bakery)
    expect([propertyOf(evening, 'status'), evening?.sequence]).toEqual(['CONFIRMED', 0])
    expect([propertyOf(walk, 'status'), walk?.sequence]).toEqual(['CANCELLED', 1])
    expect(walk?.description).toContain('This event has been cancelled.')
    expect(evening?.description).not.toContain('This event has been cancelled.')
  })

  it.each(LOCALES)('is in %s with that language tag, and has the same entries in every language', (locale) => {
    const entries = entriesOf(bakery, locale)
    const ids = (events: ICAL.Event[]) => events.map((event) => [event.uid, propertyOf(event, 'dtstamp')])
    expect(ids(entries)).toEqual(ids(entriesOf(bakery)))
    for (const [i, event] of bakery.events.entries()) {
      expect(entries[i]?.summary).toBe(textIn(event.title, locale))
      expect(entries[i]?.location).toBe(textIn(event.place, locale))
      expect(entries[i]?.description).toContain(wordsIn(bakery, locale).title)
      for (const name of ['summary', 'location', 'description'])
        expect(entries[i]?.component.getFirstProperty(name)?.getFirstParameter('language')).toBe(locale)
    }
  })

  it('is in English with that language tag when the campaign lacks the reader’s language', () => {
    const [picket] = entriesOf(kazakhmys, 'ar')
    expect(picket?.summary).toBe('Picket at the London office')
    expect(picket?.component.getFirstProperty('summary')?.getFirstParameter('language')).toBe('en')
  })

  it('has the local time, and notices for an invented and for a closed case', () => {
    const [evening] = entriesOf(bakery)
    const [picket] = entriesOf(kazakhmys)
    expect(evening?.description).toContain('Saturday, 30 January 2027, 17:30–20:00 (GMT)')
    expect(evening?.description).toContain('This case is invented.')
    expect(picket?.description).toContain('please do not write to anyone named here')
  })

  it('is the same for a revision at any time, with the date of the latest update as DTSTAMP', () => {
    expect(renderCalendar(bakery, 'ru', PUBLIC_URL, now + 86_400_000)).toBe(
      renderCalendar(bakery, 'ru', PUBLIC_URL, now),
    )
    expect(entriesOf(bakery).map((event) => propertyOf(event, 'dtstamp'))).toEqual([
      '2026-11-14T00:00:00Z',
      '2026-11-14T00:00:00Z',
    ])
  })

  it('exists only for cases with events that may be mentioned', () => {
    expect(hasCalendar(bakery, now)).toBe(true)
    expect(hasCalendar(kazakhmys, now)).toBe(true)
    const until = { naming: 'named', as: 'A. B.', role: 'baker', atRisk: true, until: '2026-11-21' } as const
    const without: Array<Partial<Campaign>> = [
      { events: [] },
      { status: 'draft' },
      { doNotUseAfter: '2026-11-21' },
      { people: [{ id: 'baker', ...until }] },
    ]
    expect(without.map((changed) => hasCalendar({ ...bakery, ...changed }, now))).toEqual([false, false, false, false])
  })

  it.each(LOCALES)('has lines of at most 75 octets that end with CR LF, in %s', (locale) => {
    const written = renderCalendar(bakery, locale, PUBLIC_URL, now)
    expect(written.endsWith('\r\n')).toBe(true)
    const lines = written.slice(0, -2).split('\r\n')
    expect(lines.filter((line) => /[\r\n]/.test(line) || Buffer.byteLength(line) > 75)).toEqual([])
    expect(lines.filter((line) => line.startsWith(' ')).length).toBeGreaterThan(0)
  })
})

describe('a line of text', () => {
  it('survives a round trip, folded between whole characters', () => {
    const pieces = fc.constantFrom(
      '\\',
      ';',
      ',',
      ':',
      '"',
      '\n',
      '\\n',
      ' ',
      '\t',
      'BEGIN:VEVENT',
      'ж',
      'ع',
      '漢',
      '🔔',
      'x'.repeat(40),
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('')
        const line = textLine('SUMMARY', 'kk', text)
        const octets = Buffer.from(line)
        expect(octets.toString()).toBe(line) // no lone surrogate
        for (const part of line.split('\r\n')) {
          expect(part).not.toMatch(/[\r\n]/)
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75)
          expect(Buffer.from(part).toString()).toBe(part)
        }
        const event = new ICAL.Component(ICAL.parse(`BEGIN:VEVENT\r\n${line}END:VEVENT\r\n`))
        expect(event.getFirstPropertyValue('summary')).toBe(text)
        expect(event.getFirstProperty('summary')?.getFirstParameter('language')).toBe('kk')
      }),
      { numRuns: 500 },
    )
  })

  it('contains no control characters, which would end the line or break a parser', () => {
    expect(textLine('SUMMARY', 'en', 'a\r\nb\rc\u0000\u0007\u001bd')).toBe('SUMMARY;LANGUAGE=en:a\\nb\\ncd\r\n')
  })
})
