import { type Campaign, campaignBlockedBy, hasClosed, type UsedUntil } from './campaign.ts'

/** The page status of a campaign today. */
export type CampaignStatus = 'open' | 'won' | 'closed' | 'expired' | 'under-review' | 'draft'

/**
 * The page status of a campaign at `now` (epoch ms). `under-review` outranks all but `draft`: a name must not be shown
 * after the time that the person agreed to.
 */
export function campaignStatus(campaign: UsedUntil, now: number): CampaignStatus {
  if (campaign.status === 'draft') return 'draft'
  if (campaignBlockedBy({ ...campaign, doNotUseAfter: undefined }, now) === 'naming-expired') return 'under-review'
  if (campaignBlockedBy(campaign, now) === 'expired') return 'expired'
  if (campaign.status === 'open' && hasClosed(campaign, now)) return 'closed'
  return campaign.status
}

/**
 * The last day (UTC) on which people may act on a campaign as it is. After this day the campaign closes, expires, or
 * must remove a name.
 */
export const lastDayOfUse = ({ closes, doNotUseAfter, people }: Campaign): string | undefined =>
  [closes, doNotUseAfter, ...people.map(({ naming, until }) => (naming === 'withheld' ? undefined : until))]
    .filter((day) => day !== undefined)
    .toSorted()[0]

/**
 * Whether the title may appear outside the campaign's own page, such as in a confirmation. The title can contain a name
 * whose time is over.
 */
export const mayBeMentioned = (status: CampaignStatus): boolean =>
  status === 'open' || status === 'won' || status === 'closed'
