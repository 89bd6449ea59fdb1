import { KV_LIMITS } from '../kit/platform/limits.ts'
import { AFTER_ALL_DIGITS, changesBetween, type ReadRecent } from './recent-changes.ts'
import { AUDIENCE_PREFIX } from './store.ts'

/** Number of hexadecimal digits with which a fingerprint can begin. */
const FIRST_DIGITS = 16

/**
 * Counts supporters by listing keys, without opening records. People who have just joined or left count as they are, not as KV shows them.
 * `complete` is false when `maxPages` pages do not hold all of them.
 */
export async function countSupporters(
  kv: KVNamespace,
  maxPages: number,
  recent: ReadRecent,
): Promise<{ people: number; complete: boolean }> {
  let people = 0
  let cursor: string | null = null
  let from = AUDIENCE_PREFIX
  for (let pages = 0; pages < maxPages; pages++) {
    const page: KVNamespaceListResult<unknown> = await kv.list({
      prefix: AUDIENCE_PREFIX,
      limit: KV_LIMITS.keysPerPage,
      cursor,
    })
    const upTo = page.list_complete ? AUDIENCE_PREFIX + AFTER_ALL_DIGITS : (page.keys.at(-1)?.name ?? from)
    const { changes } = await changesBetween(recent, from, upTo)
    const changed = new Set(changes.map(({ fingerprint }) => AUDIENCE_PREFIX + fingerprint))
    people += page.keys.filter(({ name }) => !changed.has(name)).length
    people += changes.filter(({ record }) => record !== null).length
    if (page.list_complete) return { people, complete: true }
    cursor = page.cursor
    from = upTo
  }
  return { people, complete: false }
}

/**
 * Estimates the number of supporters with one list operation: 16 times those whose fingerprint begins with 0. Returns Infinity
 * when that share does not fit into one page.
 */
export async function estimateSupporters(kv: KVNamespace): Promise<number> {
  const page = await kv.list({ prefix: `${AUDIENCE_PREFIX}0`, limit: KV_LIMITS.keysPerPage })
  return page.list_complete ? page.keys.length * FIRST_DIGITS : Number.POSITIVE_INFINITY
}
