import { formatEventTime } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import { instantOf } from '../../kit/zones.ts'
import { absolute, paths } from '../../paths.ts'
import { type Campaign, readableLocale, textIn, wordsIn } from '../campaign.ts'
import type { CampaignEvent } from '../definition.ts'
import { campaignStatus, mayBeMentioned } from '../page-status.ts'
import { textLine, valueLine } from './ical-line.ts'

/** Whether a campaign has a calendar: it has events, is in date, and may be mentioned outside its own page. `now` in epoch ms. */
export const hasCalendar = (campaign: Campaign, now: number): boolean =>
  campaign.events.length > 0 && mayBeMentioned(campaignStatus(campaign, now))

/**
 * All events of a campaign as a calendar (RFC 5545) in one language. `publicUrl` has no trailing slash. `now` in epoch
 * ms only decides whether the campaign is over. There is no METHOD, because a file is no message between calendars.
 * There is no calendar name, because Outlook would then open a second calendar.
 */
export function renderCalendar(campaign: Campaign, locale: string, publicUrl: string, now: number): string {
  const lines = [
    valueLine('BEGIN', 'VCALENDAR'),
    valueLine('VERSION', '2.0'),
    valueLine('PRODID', '-//Tocsin//Campaign events//EN'),
    ...campaign.events.flatMap((event) => eventLines(event, campaign, locale, publicUrl, now)),
    valueLine('END', 'VCALENDAR'),
  ]
  return lines.join('')
}

function eventLines(
  event: CampaignEvent,
  campaign: Campaign,
  locale: string,
  publicUrl: string,
  now: number,
): string[] {
  const language = readableLocale(campaign, locale)
  const page = absolute(publicUrl, paths.campaign(locale, campaign.slug))
  return [
    valueLine('BEGIN', 'VEVENT'),
    // The same in every language, so that a reader of two languages has one entry. Ids and slugs contain no dot.
    valueLine('UID', `${event.id}.${campaign.slug}@${new URL(publicUrl).hostname}`),
    valueLine('DTSTAMP', formatUtc(Date.parse(lastUpdateDay(campaign)))),
    valueLine('SEQUENCE', event.sequence),
    valueLine('STATUS', event.cancelled ? 'CANCELLED' : 'CONFIRMED'),
    valueLine('DTSTART', formatUtc(instantOf(event.start, event.zone))),
    ...(event.end === undefined ? [] : [valueLine('DTEND', formatUtc(instantOf(event.end, event.zone)))]),
    textLine('SUMMARY', language, textIn(event.title, language)),
    textLine('LOCATION', language, textIn(event.place, language)),
    textLine('DESCRIPTION', language, [...notesOn(event, campaign, language, now), page].join('\n')),
    valueLine('URL', page),
    valueLine('END', 'VEVENT'),
  ]
}

/**
 * The description of an event. Calendars are shared, so the description names the case only by title. The local time is
 * included, because calendars show the time of the reader's zone.
 */
function notesOn(event: CampaignEvent, campaign: Campaign, language: string, now: number): string[] {
  const t = translator(language)
  const status = campaignStatus(campaign, now)
  return [
    ...(event.cancelled ? [t('campaign.event-cancelled')] : []),
    ...(campaign.invented ? [t('notice.invented')] : []),
    ...(status === 'won' || status === 'closed' ? [t(`notice.${status}`)] : []),
    formatEventTime(language, event),
    wordsIn(campaign, language).title,
  ]
}

/** Date of the latest update in any language, used as DTSTAMP: the best modification time that is stable per revision. */
function lastUpdateDay({ opened, words }: Campaign): string {
  const days = Object.values(words).flatMap(({ updates }) => updates.map(({ date }) => date))
  return days.toSorted().findLast((day) => day > opened) ?? opened
}

/**
 * `20150928T150000Z`: UTC, the one form that all calendars read alike. Outlook turns every VTIMEZONE into two yearly
 * changes ([MS-STANOICAL] 2.2.47), which is an hour off where clocks follow other rules.
 */
const formatUtc = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
