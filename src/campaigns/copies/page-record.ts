import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import { campaign } from '../campaign.ts'
import { countersSchema } from '../counters.ts'
import { slug as slugSchema } from '../definition.ts'
import type { PublishedRecord } from '../published.ts'

/**
 * KV record `campaign/{slug}`: all that the campaign's page shows. `campaign` is the revision published at runtime (null: only the
 * deployed one exists) and `over` the deployed revision at the time. `words` are the sealed public submissions. Records of an earlier
 * version lack `numbers` and `words`, which then are in keys of their own.
 */
const pageRecordSchema = z.strictObject({
  over: z.string().nullable(),
  campaign: campaign.nullable(),
  numbers: countersSchema.nullable().optional(),
  words: z.string().nullable().optional(),
})
export type PageRecord = z.infer<typeof pageRecordSchema>

const keyOf = (slug: string): string => `campaign/${slug}`

/** Whether a text can be a slug. Any other text, such as one that is too long for a key of KV, has no record. */
const isSlug = (text: string): boolean => slugSchema.safeParse(text).success

/**
 * Milliseconds for which an isolate uses a record without another read: short beside KV's own minute, and this read is most of the cost
 * of a page. Also for slugs without a record.
 */
const CACHE_MS = 15_000
/** Most slugs in memory. Anybody can put any slug into a URL, so the number needs a limit; the least recently used goes first. */
const MAX_CACHED_SLUGS = 500

type Known = { until: number; text: string | null; record: PageRecord | null }
/** Values and not promises, because a promise can be cancelled with the request that started it. */
const known = new Map<string, Known>()

/** The record from KV, or null. One that this version cannot parse counts as null and is reported: the site shows the deployed campaign. */
export async function readPageRecord(
  content: KVNamespace,
  slug: string,
  reportUnreadable = logUnreadable,
): Promise<PageRecord | null> {
  return isSlug(slug) ? recordIn(slug, await content.get(keyOf(slug)), reportUnreadable) : null
}

/** Same as `readPageRecord`, but at most 15 seconds old. The same object while the record does not change. `now` in epoch ms. */
export async function readPageRecordCached(
  content: KVNamespace,
  slug: string,
  now: number,
): Promise<PageRecord | null> {
  if (!isSlug(slug)) return null
  const before = known.get(slug)
  if (before !== undefined && before.until > now) return remember(slug, before)
  const text = await content.get(keyOf(slug))
  const record = before?.text === text ? before.record : recordIn(slug, text)
  return remember(slug, { until: now + CACHE_MS, text, record })
}

/** Writes a record, once. @throws the error of KV */
export async function writePageRecord(content: KVNamespace, slug: string, record: PageRecord): Promise<void> {
  await content.put(keyOf(slug), JSON.stringify(record))
  known.delete(slug)
}

/** Makes the next read of this isolate go to KV. */
export const forgetPageRecord = (slug: string): void => void known.delete(slug)

/** The publication in a record, or null. */
export const publicationIn = (record: PageRecord | null): PublishedRecord | null =>
  record === null || record.campaign === null ? null : { over: record.over, campaign: record.campaign }

function recordIn(slug: string, text: string | null, reportUnreadable = logUnreadable): PageRecord | null {
  if (text === null) return null
  const { success, data } = pageRecordSchema.safeParse(parseJson(text))
  if (success && (data.campaign === null || data.campaign.slug === slug)) return data
  reportUnreadable(slug)
  return null
}

const logUnreadable = (slug: string): void =>
  console.error(`published campaign ${slug} in KV does not match the schema and is ignored: publish the campaign again`)

function remember(slug: string, one: Known): PageRecord | null {
  known.delete(slug)
  known.set(slug, one)
  const [oldest] = known.keys()
  if (known.size > MAX_CACHED_SLUGS && oldest !== undefined) known.delete(oldest)
  return one.record
}
