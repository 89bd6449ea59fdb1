import { AUDIENCE_PREFIX } from './store.ts'

/** Hexadecimal digits a fingerprint can begin with. */
const FIRST_DIGITS = 16

/** People per operation: KV's largest page. */
export const KEYS_PER_PAGE = 1_000

/** Counts supporters by their keys, so no record is opened for it. Not `complete` when there are more than `maxPages` hold. */
export async function countSupporters(
  kv: KVNamespace,
  maxPages: number,
): Promise<{ people: number; complete: boolean }> {
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

/**
 * About how many there are, by one operation: fingerprints are spread evenly, so a sixteenth of them tells. Infinity where one page
 * does not hold even that.
 */
export async function estimateSupporters(kv: KVNamespace): Promise<number> {
  const page = await kv.list({ prefix: `${AUDIENCE_PREFIX}0`, limit: KEYS_PER_PAGE })
  return page.list_complete ? page.keys.length * FIRST_DIGITS : Number.POSITIVE_INFINITY
}
