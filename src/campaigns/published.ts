import * as z from 'zod'
import { defined } from '../kit/defined.ts'
import { parseJson } from '../kit/parse-json.ts'
import { retryWrite } from '../storage/kv-write.ts'
import { type Campaign, campaign } from './campaign.ts'

/** KV record `campaign/{slug}`: a published revision, and the bundled revision at the time of publication. */
const publishedRecordSchema = z.strictObject({ over: z.string().nullable(), campaign })
export type PublishedRecord = z.infer<typeof publishedRecordSchema>

const PREFIX = 'campaign/'

/**
 * The record of a publication.
 * @param over revision of the bundled campaign of this name at the time of publication, null if there was none
 */
export const toPublishedRecord = (campaign: Campaign, over: string | null): PublishedRecord => ({ over, campaign })

/**
 * Writes a published record to KV and drops the cached one of this isolate.
 * @throws the error of KV after several attempts.
 */
export async function storePublished(content: KVNamespace, record: PublishedRecord): Promise<void> {
  const text = JSON.stringify(record)
  await retryWrite(() => content.put(PREFIX + record.campaign.slug, text))
  cache.delete(record.campaign.slug)
}

/**
 * Milliseconds for which an isolate caches a record: short beside KV's own minute, and this read is most of the cost of
 * a page.
 */
const CACHE_MS = 5_000
/** Most slugs in the cache. Anybody can put any slug into a URL, so the number needs a limit. */
const MAX_CACHED_SLUGS = 200
/** Records and not promises, because a promise can be cancelled with the request that started it. */
const cache = new Map<string, { until: number; record: PublishedRecord | null }>()

/** Same as `readPublished`, but cached in the isolate for 5 seconds. For pages with many visitors. `now` in epoch ms. */
export async function readPublishedCached(
  content: KVNamespace,
  slug: string,
  now: number,
): Promise<PublishedRecord | null> {
  const known = cache.get(slug)
  if (known !== undefined && known.until > now) return known.record
  const record = await readPublished(content, slug)
  if (cache.size >= MAX_CACHED_SLUGS) cache.clear()
  cache.set(slug, { until: now + CACHE_MS, record })
  return record
}

/**
 * The published record of a campaign, or null. A record that this version cannot parse counts as null and is reported:
 * the site then shows the deployed campaign.
 */
export async function readPublished(
  content: KVNamespace,
  slug: string,
  reportUnreadable = logUnreadable,
): Promise<PublishedRecord | null> {
  const text = await content.get(PREFIX + slug)
  if (text === null) return null
  const record = publishedRecordSchema.safeParse(parseJson(text))
  if (record.success && record.data.campaign.slug === slug) return record.data
  reportUnreadable(slug)
  return null
}

const logUnreadable = (slug: string): void =>
  console.error(`published campaign ${slug} in KV does not match the schema and is ignored: publish the campaign again`)

export async function listPublishedSlugs(content: KVNamespace): Promise<string[]> {
  const slugs: string[] = []
  let cursor: string | undefined
  do {
    const page = await content.list({ prefix: PREFIX, ...defined({ cursor }) })
    slugs.push(...page.keys.map(({ name }) => name.slice(PREFIX.length)))
    cursor = page.list_complete ? undefined : page.cursor
  } while (cursor !== undefined)
  return slugs
}

/**
 * The current campaign: the later of publication and deploy. A publication is later than the bundle that it replaced. A
 * deploy that changes, adds or removes the folder is later than the publication.
 */
export function effectiveCampaign(bundled: Campaign | undefined, record: PublishedRecord | null): Campaign | null {
  if (record !== null && record.over === (bundled?.revision ?? null)) return record.campaign
  return bundled ?? null
}
