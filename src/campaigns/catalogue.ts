import { bundled } from './bundled.gen.ts'
import type { Campaign } from './campaign.ts'
import { slug as slugSchema } from './definition.ts'
import { campaignStatus, mayBeMentioned } from './page-status.ts'
import { effectiveCampaign, listPublishedSlugs, readPublished, readPublishedCached } from './published.ts'

/** The current campaigns, for pages and previews. KV may be a minute behind the last publication. */
type Catalogue = {
  find(slug: string): Promise<Campaign | null>
  /** The campaign from the cache of the isolate, at most some seconds old; null when unknown. `now` in epoch ms. */
  findCached(slug: string, now: number): Promise<Campaign | null>
  /** All campaigns, newest first. */
  list(): Promise<Campaign[]>
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
  const find = async (slug: string) =>
    isSlug(slug) ? effectiveCampaign(bySlug.get(slug), await readPublished(content, slug, reportUnreadable)) : null
  return {
    find,
    findCached: async (slug, now) =>
      isSlug(slug) ? effectiveCampaign(bySlug.get(slug), await readPublishedCached(content, slug, now)) : null,
    async list() {
      const published = new Set(await listPublishedSlugs(content))
      const slugs = [...new Set([...bySlug.keys(), ...published])]
      const found = await Promise.all(
        slugs.map((slug) => (published.has(slug) ? find(slug) : (bySlug.get(slug) ?? null))),
      )
      return found
        .filter((campaign) => campaign !== null)
        .sort((a, b) => (a.opened === b.opened ? (a.slug < b.slug ? -1 : 1) : a.opened < b.opened ? 1 : -1))
    },
  }
}

/** Whether a text can be a slug. Any other text, such as one that is too long for a key of KV, names no campaign. */
const isSlug = (text: string): boolean => slugSchema.safeParse(text).success

/** The campaign, or null unless mails and pages about other things may mention its title at `now` (epoch ms). */
export async function findMentionable(content: KVNamespace, slug: string, now: number): Promise<Campaign | null> {
  const campaign = await catalogue(content).find(slug)
  return campaign !== null && mayBeMentioned(campaignStatus(campaign, now)) ? campaign : null
}

/** The campaign of the deployed folder, ignoring later publications. */
export const bundledCampaign = (slug: string): Campaign | undefined =>
  bundled.find((campaign) => campaign.slug === slug)
