import { formatEventTime } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import { instantOf } from '../../kit/zones.ts'
import { absolute, paths } from '../../paths.ts'
import { type Campaign, readableLocale, textIn, wordsIn } from '../campaign.ts'
import type { CampaignEvent } from '../definition.ts'
import { campaignStatus, mayBeMentioned } from '../page-status.ts'
import { textLine, valueLine } from './ical-line.ts'

/** Whether anybody may have its events: a campaign without any has no calendar, nor has one that must not be acted on or shown. */
export const hasCalendar = (campaign: Campaign, now: number): boolean =>
  campaign.events.length > 0 && mayBeMentioned(campaignStatus(campaign, now))

/**
 * All events of a campaign as a calendar (RFC 5545), in the language its page is read in. `publicUrl` without a trailing slash, `now`
 * in epoch milliseconds: from it follows only what is said of a campaign that is over.
 *
 * There is no METHOD, because this is a file and no message between calendars, and no name of the calendar, because Outlook would
 * then open one beside the reader's own.
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
    // The same in every language, so that a reader of two has one entry; ids and slugs have no dot.
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
 * What stands beside an event wherever the entry is copied to, and no more of the case than its title, for calendars are shared. The
 * time is told by the clock of the place, which the entry itself does not show.
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

/** Its last dated word, in any language: the nearest to a time of change that is the same at every reading of a revision. */
function lastUpdateDay({ opened, words }: Campaign): string {
  const days = Object.values(words).flatMap(({ updates }) => updates.map(({ date }) => date))
  return days.toSorted().findLast((day) => day > opened) ?? opened
}

/**
 * `20150928T150000Z`: in UTC, the one form that all calendars read alike. Outlook makes two yearly changes of whatever a VTIMEZONE
 * says ([MS-STANOICAL] 2.2.47), which is an hour off where clocks are changed by other rules.
 */
const formatUtc = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
