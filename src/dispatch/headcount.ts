import { AUDIENCE_PREFIX } from './audience.ts'

/** People per operation: KV's largest page. */
export const KEYS_PER_PAGE = 1_000

/** Counts supporters by their keys, so no record is opened for it. Not `complete` when there are more than `maxPages` hold. */
export async function headcount(kv: KVNamespace, maxPages: number): Promise<{ people: number; complete: boolean }> {
  let people = 0
  let cursor: string | null = null
  for (let pages = 0; pages < maxPages; pages++) {
    const page: KVNamespaceListResult<unknown> = await kv.list({
      prefix: AUDIENCE_PREFIX,
      limit: KEYS_PER_PAGE,
      cursor,
    })
    people += page.keys.length
    if (page.list_complete) return { people, complete: true }
    cursor = page.cursor
  }
  return { people, complete: false }
}
