/** Prefix of compiled templates that versions before the renderer stored in KV, without an end. */
const PREFIX = 'template/'
/** Templates deleted in one run of one renderer. All renderers together, two for each language, then delete some hundred of 1,000 a day. */
const AT_ONCE = 8

/** Deletes some of the templates that an earlier version left in KV. Returns whether none is left. */
export async function deleteOldTemplates(content: KVNamespace): Promise<boolean> {
  const { keys, list_complete: isLast } = await content.list({ prefix: PREFIX, limit: AT_ONCE })
  for (const { name } of keys) await content.delete(name)
  return isLast
}
