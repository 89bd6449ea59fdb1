import { AUDIENCE_PREFIX } from './store.ts'

/** Number of hexadecimal digits with which a fingerprint can begin. */
const FIRST_DIGITS = 16

/** Keys in one list operation: KV's maximum. */
const KEYS_PER_PAGE = 1_000

/**
 * Counts supporters by listing keys, without opening records. `complete` is false when `maxPages` pages do not hold all of
 * them.
 */
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
 * Estimates the number of supporters with one list operation: 16 times those whose fingerprint begins with 0. Returns Infinity
 * when that share does not fit into one page.
 */
export async function estimateSupporters(kv: KVNamespace): Promise<number> {
  const page = await kv.list({ prefix: `${AUDIENCE_PREFIX}0`, limit: KEYS_PER_PAGE })
  return page.list_complete ? page.keys.length * FIRST_DIGITS : Number.POSITIVE_INFINITY
}
