import * as z from 'zod'
import { defined } from '../kit/defined.ts'
import { parseJson } from '../kit/parse-json.ts'
import { retryWrite } from '../storage/kv-write.ts'
import { type Campaign, campaign } from './campaign.ts'

/** KV `campaign/{slug}`: a revision published at runtime, and the bundled revision that stood when it was. */
const publishedRecordSchema = z.strictObject({ over: z.string().nullable(), campaign })
export type PublishedRecord = z.infer<typeof publishedRecordSchema>

const PREFIX = 'campaign/'

/** @param over the revision of the bundled campaign of this name at the moment of publishing, null if there is none */
export const toPublishedRecord = (campaign: Campaign, over: string | null): PublishedRecord => ({ over, campaign })

export async function storePublished(content: KVNamespace, record: PublishedRecord): Promise<void> {
  const text = JSON.stringify(record)
  await retryWrite(() => content.put(PREFIX + record.campaign.slug, text))
  cache.delete(record.campaign.slug)
}

/** Milliseconds for which an isolate shows what it last read: little beside KV's own minute, and most of what a page costs. */
const CACHE_MS = 5_000
/** Names in a URL are anybody's: so many are remembered. */
const MAX_CACHED_SLUGS = 200
/** Records and no promises of them: what one request waits for may be cancelled with it. */
const cache = new Map<string, { until: number; record: PublishedRecord | null }>()

/** As `readPublished`, for pages that everybody looks at. */
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

/** A record that this version cannot read counts as none: the site then shows what it was deployed with. */
export async function readPublished(content: KVNamespace, slug: string): Promise<PublishedRecord | null> {
  const text = await content.get(PREFIX + slug)
  if (text === null) return null
  const record = publishedRecordSchema.safeParse(parseJson(text))
  if (record.success && record.data.campaign.slug === slug) return record.data
  console.error(`published campaign ${slug} cannot be read and is passed over: publish it again`)
  return null
}

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
 * The later act stands. A publication is later than the bundle it was made over; a deploy that
 * changes, adds or removes the folder is later than the publication.
 */
export function effectiveCampaign(bundled: Campaign | undefined, record: PublishedRecord | null): Campaign | null {
  if (record !== null && record.over === (bundled?.revision ?? null)) return record.campaign
  return bundled ?? null
}
