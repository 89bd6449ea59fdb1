import type { Campaign } from './campaign.ts'

/** A published revision, and the bundled revision at the time of publication. */
export type PublishedRecord = { over: string | null; campaign: Campaign }

/**
 * The record of a publication.
 * @param over revision of the bundled campaign of this name at the time of publication, null if there was none
 */
export const toPublishedRecord = (campaign: Campaign, over: string | null): PublishedRecord => ({ over, campaign })

/**
 * The current campaign: the later of publication and deploy. A publication is later than the bundle that it replaced. A
 * deploy that changes, adds or removes the folder is later than the publication.
 */
export function effectiveCampaign(bundled: Campaign | undefined, record: PublishedRecord | null): Campaign | null {
  if (record !== null && record.over === (bundled?.revision ?? null)) return record.campaign
  return bundled ?? null
}
