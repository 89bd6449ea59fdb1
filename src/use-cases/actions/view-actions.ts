import type { ActionsReport } from '../../actions/actions-report.ts'
import type { Campaign } from '../../campaigns/campaign.ts'
import { staleContacts } from '../../campaigns/stale-contacts.ts'

export type ViewActionsDeps = {
  now: number // epoch ms
  campaign(slug: string): Promise<Campaign | null>
  report(slug: string): Promise<ActionsReport>
}

/** Counts of a campaign's actions, with a warning for each contact whose address was not verified recently. */
export async function viewActions(
  deps: ViewActionsDeps,
  slug: string,
): Promise<ActionsReport & { warnings: string[] }> {
  const [campaign, report] = await Promise.all([deps.campaign(slug), deps.report(slug)])
  return { ...report, warnings: campaign === null ? [] : staleContacts(campaign, deps.now) }
}
