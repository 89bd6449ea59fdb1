import { formatDay, formatEventTime } from '../kit/dates.ts'
import { textIn } from './campaign.ts'
import type { CampaignDefinition, CampaignEvent } from './definition.ts'

/** Facts of a case in one language, for mails and plain text: references resolved, no markup. */

export const localisedEvent = (event: CampaignEvent, locale: string) => ({
  title: textIn(event.title, locale),
  place: textIn(event.place, locale),
  when: formatEventTime(locale, event),
})

/** The figures of all parties, each with its party. Figures are never added up or chosen. */
export const localisedClaims = (campaign: CampaignDefinition, locale: string) =>
  campaign.claims.map((claim) => ({
    bound: claim.bound,
    figure: claim.figure,
    unit: textIn(claim.unit, locale),
    saidBy: textIn(claim.saidBy, locale),
    cited: present([
      campaign.sources.find(({ id }) => id === claim.source)?.title,
      claim.date && formatDay(locale, claim.date),
    ]),
  }))

export const localisedSources = (campaign: CampaignDefinition, locale: string) =>
  campaign.sources.map(({ title, url, via, author, publisher, date }) => ({
    title,
    url: url ?? null,
    via: via ?? null,
    credit: present([author, publisher, date && formatDay(locale, date)]),
  }))

const present = (parts: Array<string | undefined>): string[] => parts.filter((part) => part !== undefined)
