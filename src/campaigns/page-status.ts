import { type Campaign, campaignBlockedBy, hasClosed } from './campaign.ts'

/** How a campaign stands towards somebody who reads its page. */
export type CampaignStatus = 'open' | 'won' | 'closed' | 'expired' | 'under-review' | 'draft'

/**
 * `under-review` comes before everything but a draft: once the time for which somebody agreed to be named is over, their name must
 * not be read, whatever else is true of the case. `now` in epoch milliseconds.
 */
export function campaignStatus(campaign: Campaign, now: number): CampaignStatus {
  if (campaign.status === 'draft') return 'draft'
  if (campaignBlockedBy({ ...campaign, doNotUseAfter: undefined }, now) === 'naming-expired') return 'under-review'
  if (campaignBlockedBy(campaign, now) === 'expired') return 'expired'
  if (campaign.status === 'open' && hasClosed(campaign, now)) return 'closed'
  return campaign.status
}

/** The last day (UTC) on which anybody may act on it as it is now: it closes, expires, or a name in it has to go. */
export const lastDayOfUse = ({ closes, doNotUseAfter, people }: Campaign): string | undefined =>
  [closes, doNotUseAfter, ...people.map(({ naming, until }) => (naming === 'withheld' ? undefined : until))]
    .filter((day) => day !== undefined)
    .toSorted()[0]

/** Whether its title may stand elsewhere than on its own page, such as in a confirmation: it may hold a name whose time is over. */
export const mayBeMentioned = (status: CampaignStatus): boolean =>
  status === 'open' || status === 'won' || status === 'closed'
