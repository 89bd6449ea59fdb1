import { staleContacts } from '../../campaigns/stale-contacts.ts'
import { isoDay } from '../../kit/day.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import type { CheckedCampaign, Warning } from './warning.ts'

/** Days before the last day of use at which there is still time to renew it. */
const SOON_DAYS = 7
/** Days ahead beyond which a date is more likely a typing mistake than a plan. */
const FAR_DAYS = 366

/** How much of `opened` is known, as characters of the date. */
const KNOWN_CHARS = { day: 10, month: 7, year: 4, unknown: 0 } as const

/** Days that are over, too far ahead or near their end, and addresses that were not checked recently. `now` in epoch ms. */
export function dateWarnings(checked: CheckedCampaign, now: number): Warning[] {
  return [
    ...endWarnings(checked, now),
    ...eventWarnings(checked, now),
    ...updateWarnings(checked, now),
    ...contacts(checked, now),
  ]
}

function endWarnings({ campaign, inFacts }: CheckedCampaign, now: number): Warning[] {
  if (campaign.status === 'closed') return []
  const [today, soon] = [isoDay(now), isoDay(now + SOON_DAYS * DAY_MS)]
  const until = (path: ReadonlyArray<string | number>, name: string, day: string | undefined, renew: string) => {
    if (day === undefined || day > soon) return []
    const when = day < today ? `was ${day}: no mail is sent any more` : `is ${day}: from the day after no mail is sent`
    return [inFacts(path, `${name} ${when}; ${renew}`)]
  }
  return [
    ...until(['doNotUseAfter'], 'doNotUseAfter', campaign.doNotUseAfter, 'set a later day if the campaign goes on'),
    ...campaign.people.flatMap(({ id, naming, until: last }, i) =>
      naming === 'withheld'
        ? []
        : until(
            ['people', i, 'until'],
            `the last day for the name of ${id}`,
            last,
            'renew the agreement, or withhold the name',
          ),
    ),
  ]
}

function eventWarnings({ campaign, inFacts }: CheckedCampaign, now: number): Warning[] {
  const isRunning = campaign.status === 'open' || campaign.status === 'draft'
  return campaign.events.flatMap(({ id, start, end = start }, i) => {
    const warn = (text: string) => [inFacts(['events', i, 'start'], `event ${id}: ${text}`)]
    if (isFar(start, now)) return warn(`begins on ${dayOf(start)}, more than a year ahead: is the year right?`)
    if (isRunning && dayOf(end) < isoDay(now)) return warn(`was over on ${dayOf(end)}: take it out, or correct its day`)
    return []
  })
}

function updateWarnings({ campaign, inUpdate }: CheckedCampaign, now: number): Warning[] {
  const known = KNOWN_CHARS[campaign.openedKnownTo]
  return (campaign.words[FALLBACK_LOCALE]?.updates ?? []).flatMap(({ id, date }) => {
    const warn = (text: string) => [inUpdate(FALLBACK_LOCALE, id, `the update of ${date} ${text}`)]
    if (isFar(date, now)) return warn('is more than a year ahead: is the year right?')
    if (date > isoDay(now)) return warn('is dated ahead; readers see that day: is it right?')
    if (date.slice(0, known) < campaign.opened.slice(0, known))
      return warn(`is older than the campaign, opened ${campaign.opened}: is the year right?`)
    return []
  })
}

/** One warning for each target whose addresses were not checked recently, at the target. */
const contacts = ({ campaign, inFacts }: CheckedCampaign, now: number): Warning[] =>
  campaign.targets.flatMap((target, i) =>
    staleContacts({ ...campaign, targets: [target] }, now).map((text) => inFacts(['targets', i, 'verifiedAt'], text)),
  )

const dayOf = (time: string): string => time.slice(0, 10)
const isFar = (time: string, now: number): boolean => dayOf(time) > isoDay(now + FAR_DAYS * DAY_MS)
