import { isoDay } from '../kit/day.ts'
import { DAY_MS } from '../kit/durations.ts'
import type { Campaign } from './campaign.ts'

/** Days after which somebody should look again whether an address is still right: people move, and mailboxes are closed, within a year. */
export const VERIFIED_DAYS = 180

/** What an organiser should be told of an open campaign's targets, a sentence for each. `now` in epoch ms. */
export function staleContacts(campaign: Campaign, now: number): string[] {
  if (campaign.status !== 'open') return []
  const oldest = isoDay(now - VERIFIED_DAYS * DAY_MS)
  return campaign.targets.flatMap(({ id, verifiedAt }) => {
    if (verifiedAt === undefined)
      return [`target ${id}: nobody has noted that its addresses were checked: set verifiedAt`]
    if (verifiedAt >= oldest) return []
    return [
      `target ${id}: its addresses were last checked on ${verifiedAt}, more than ${VERIFIED_DAYS} days ago: check them again`,
    ]
  })
}
