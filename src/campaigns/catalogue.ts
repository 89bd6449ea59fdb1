import { bundled } from './bundled.gen.ts'
import type { Campaign } from './campaign.ts'
import { type PageRecord, publicationIn, readPageRecord, readPageRecordCached } from './copies/page-record.ts'
import { campaignStatus, mayBeMentioned } from './page-status.ts'
import { effectiveCampaign } from './published.ts'

/** The current campaigns, for pages and previews. KV may be a minute behind the last publication. */
type Catalogue = {
  find(slug: string): Promise<Campaign | null>
  /** The campaign from the cache of the isolate, at most some seconds old; null when unknown. `now` in epoch ms. */
  findCached(slug: string, now: number): Promise<Campaign | null>
}

/** `reportUnreadable`: called for each published campaign that does not match the schema. */
export const catalogue = (content: KVNamespace, reportUnreadable?: (slug: string) => void): Catalogue =>
  catalogueOf(bundled, content, reportUnreadable)

/** The catalogue of bundled campaigns and of revisions published at runtime; the later of both is current. */
export function catalogueOf(
  bundled: readonly Campaign[],
  content: KVNamespace,
  reportUnreadable?: (slug: string) => void,
): Catalogue {
  const bySlug = new Map(bundled.map((campaign) => [campaign.slug, campaign]))
  const current = (slug: string, record: PageRecord | null) =>
    effectiveCampaign(bySlug.get(slug), publicationIn(record))
  return {
    find: async (slug) => current(slug, await readPageRecord(content, slug, reportUnreadable)),
    findCached: async (slug, now) => current(slug, await readPageRecordCached(content, slug, now)),
  }
}

/** The campaign, or null unless mails and pages about other things may mention its title at `now` (epoch ms). */
export async function findMentionable(content: KVNamespace, slug: string, now: number): Promise<Campaign | null> {
  const campaign = await catalogue(content).find(slug)
  return campaign !== null && mayBeMentioned(campaignStatus(campaign, now)) ? campaign : null
}

/** The campaign of the deployed folder, ignoring later publications. */
export const bundledCampaign = (slug: string): Campaign | undefined =>
  bundled.find((campaign) => campaign.slug === slug)
