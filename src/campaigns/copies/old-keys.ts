import { parseJson } from '../../kit/parse-json.ts'
import { type Counters, countersSchema } from '../counters.ts'

/** The keys in which an earlier version stored a campaign's numbers and its sealed public submissions. */
const keysOf = (slug: string): [string, string] => [`numbers/${slug}`, `submissions/${slug}`]

/** What a page shows beside the campaign; both null when nobody has acted. */
export type PageContent = { numbers: Counters | null; words: string | null }

/** Reads the numbers and the sealed submissions that an earlier version stored: two KV reads. */
export async function readOldKeys(content: KVNamespace, slug: string): Promise<PageContent> {
  const [numbers, words] = await Promise.all(keysOf(slug).map((key) => content.get(key)))
  return { numbers: countersSchema.safeParse(parseJson(numbers ?? '')).data ?? null, words: words ?? null }
}

/** Deletes them. People may have withdrawn their words since. */
export async function deleteOldKeys(content: KVNamespace, slug: string): Promise<void> {
  for (const key of keysOf(slug)) await content.delete(key)
}
