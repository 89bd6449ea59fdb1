import { bundled } from '../bundled.gen.ts'
import type { Campaign } from '../campaign.ts'
import { catalogue } from '../catalogue.ts'
import { type CampaignIndex, type IndexEnv, type ListedCampaign, readIndex, toListed } from './campaign-index.ts'

const bundledBySlug = new Map(bundled.map((campaign) => [campaign.slug, campaign]))
const listedBundled = new Map<string, ListedCampaign>()

/** Slugs of all campaigns, deployed or published. One KV read at most. `now` in epoch ms. */
export async function listSlugs(env: IndexEnv, now: number): Promise<string[]> {
  const { index } = await readIndex(env, now)
  return slugsIn(index)
}

/** All campaigns as lists show them, newest first. One KV read at most. `now` in epoch ms. */
export async function listForPages(env: IndexEnv, now: number): Promise<ListedCampaign[]> {
  const { index } = await readIndex(env, now)
  const published = new Map(index.campaigns.map((one) => [one.listed.slug, one]))
  return slugsIn(index)
    .map((slug) => {
      const entry = published.get(slug)
      const deployed = bundledBySlug.get(slug)
      if (entry !== undefined && entry.over === (deployed?.revision ?? null)) return entry.listed
      return deployed === undefined ? null : listedOf(deployed)
    })
    .filter((listed) => listed !== null)
    .sort(newestFirst)
}

/**
 * All campaigns, newest first, for organisers. One KV read for each published campaign. `reportUnreadable` is called for those whose
 * record this version cannot parse.
 */
export async function listCampaigns(
  env: IndexEnv,
  now: number,
  reportUnreadable?: (slug: string) => void,
): Promise<Campaign[]> {
  const { index } = await readIndex(env, now)
  const published = new Set(index.campaigns.map(({ listed }) => listed.slug))
  const { find } = catalogue(env.CONTENT, reportUnreadable)
  const found = await Promise.all(
    slugsIn(index).map((slug) => (published.has(slug) ? find(slug) : (bundledBySlug.get(slug) ?? null))),
  )
  return found.filter((campaign) => campaign !== null).sort(newestFirst)
}

const slugsIn = ({ campaigns }: CampaignIndex): string[] => [
  ...new Set([...bundledBySlug.keys(), ...campaigns.map(({ listed }) => listed.slug)]),
]

function listedOf(campaign: Campaign): ListedCampaign {
  const listed = listedBundled.get(campaign.slug) ?? toListed(campaign)
  listedBundled.set(campaign.slug, listed)
  return listed
}

type Dated = { slug: string; opened: string }
const newestFirst = (a: Dated, b: Dated): number =>
  a.opened === b.opened ? (a.slug < b.slug ? -1 : 1) : a.opened < b.opened ? 1 : -1
