/** Prefix of compiled templates that versions before the renderer stored in KV, without an end. */
const PREFIX = 'template/'
/** Templates deleted in one run: the free plan allows 1,000 deletes a day for everything. */
const AT_ONCE = 100

/** Deletes some of the templates that an earlier version left in KV. Returns whether none is left. */
export async function deleteOldTemplates(content: KVNamespace): Promise<boolean> {
  const { keys, list_complete: isLast } = await content.list({ prefix: PREFIX, limit: AT_ONCE })
  for (const { name } of keys) await content.delete(name)
  return isLast
}
