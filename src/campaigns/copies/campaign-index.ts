import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import { publicationOf } from '../../objects.ts'
import { type Campaign, campaign, frontMatter } from '../campaign.ts'

/** What lists of campaigns show: enough for the home page, without texts. */
const listedCampaign = z.object({
  ...campaign.pick({
    slug: true,
    revision: true,
    kind: true,
    invented: true,
    status: true,
    opened: true,
    openedKnownTo: true,
    closes: true,
    doNotUseAfter: true,
    country: true,
    places: true,
  }).shape,
  people: z.array(z.object({ naming: z.enum(['named', 'initials', 'withheld']), until: z.string().optional() })),
  words: z.record(z.string(), z.object(frontMatter.pick({ title: true, summary: true }).shape)),
})
export type ListedCampaign = z.infer<typeof listedCampaign>

/** The list entry of a campaign. It names nobody. */
export const toListed = (campaign: Campaign): ListedCampaign => listedCampaign.parse(campaign)

/** KV record `campaigns`: the campaigns published at runtime, each with the deployed revision that it was published over. */
const campaignIndex = z.object({
  campaigns: z.array(z.object({ over: z.string().nullable(), listed: listedCampaign })),
})
export type CampaignIndex = z.infer<typeof campaignIndex>

const KEY = 'campaigns'
/** Milliseconds for which an isolate uses the index without another read: as long as KV itself may serve an old value. */
const CACHE_MS = 60_000

let known: { until: number; index: CampaignIndex } | undefined

/** What the index needs of the bindings. */
export type IndexEnv = Pick<Env, 'CONTENT' | 'CAMPAIGN_PUBLICATION'>

/**
 * The index, at most a minute older than KV. Without one in KV, such as after the first deploy, `CampaignPublication` makes it; `made`
 * says so. `stored` is false while KV refuses it. `now` in epoch ms.
 */
export async function readIndex(env: IndexEnv, now: number) {
  if (known !== undefined && known.until > now) return { index: known.index, made: false, stored: true }
  const found = campaignIndex.safeParse(parseJson((await env.CONTENT.get(KEY)) ?? ''))
  if (found.success) {
    known = { until: now + CACHE_MS, index: found.data }
    return { index: found.data, made: false, stored: true }
  }
  const { index, stored } = await publicationOf(env).makeIndex()
  if (stored) known = { until: now + CACHE_MS, index }
  return { index, made: true, stored }
}

/** Writes the index, once. @throws the error of KV */
export async function writeIndex(content: KVNamespace, index: CampaignIndex): Promise<void> {
  await content.put(KEY, JSON.stringify(index))
  known = undefined
}
