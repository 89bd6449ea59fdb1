import { isoDay } from '../kit/day.ts'
import { DAY_MS } from '../kit/durations.ts'
import type { Campaign } from './campaign.ts'

/** Days after which contact data must be checked again. People move and mailboxes close within a year. */
const VERIFIED_DAYS = 180

/** One sentence for each target of an open campaign whose addresses were not checked recently. `now` in epoch ms. */
export function staleContacts(campaign: Campaign, now: number): string[] {
  if (campaign.status !== 'open') return []
  const oldest = isoDay(now - VERIFIED_DAYS * DAY_MS)
  return campaign.targets.flatMap(({ id, verifiedAt }) => {
    if (verifiedAt === undefined)
      return [`target ${id}: verifiedAt is missing: check the addresses and set verifiedAt to that day`]
    if (verifiedAt >= oldest) return []
    return [
      `target ${id}: addresses were last checked on ${verifiedAt}, more than ${VERIFIED_DAYS} days ago: check them and set verifiedAt`,
    ]
  })
}
