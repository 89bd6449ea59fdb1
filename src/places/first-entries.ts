import { listSlugs } from '../campaigns/copies/campaign-list.ts'
import { dispatchRegistryOf, publicationOf, transfersOf } from '../objects.ts'
import type { ListedKind } from './place-table.ts'

/** Prefixes of keys with a campaign's slug that versions before the list of places have stored in KV. */
const CAMPAIGN_KEYS = ['numbers/', 'submissions/']

/**
 * Every object that versions before the list may have stored something in: campaigns of the catalogue, of dispatches, of pages and of keys
 * in KV, all dispatches, all imports. Those that store nothing leave the list when they are woken.
 */
export async function firstEntries(env: Env): Promise<Array<[kind: ListedKind, name: string]>> {
  const registered = await dispatchRegistryOf(env).places()
  const pages = await publicationOf(env).slugs()
  const slugs = new Set([...registered.campaigns, ...pages, ...(await listSlugs(env, Date.now()))])
  for (const prefix of CAMPAIGN_KEYS)
    for (const name of await keysOf(env.CONTENT, prefix)) slugs.add(name.slice(prefix.length))
  return [
    ...[...slugs].map((slug): [ListedKind, string] => ['campaign', slug]),
    ...registered.dispatches.map((id): [ListedKind, string] => ['dispatch', id]),
    ...(await importIds(env)).map((id): [ListedKind, string] => ['import', id]),
  ]
}

async function keysOf(content: KVNamespace, prefix: string): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null = null
  do {
    const page: KVNamespaceListResult<unknown> = await content.list({ prefix, cursor })
    names.push(...page.keys.map(({ name }) => name))
    cursor = page.list_complete ? null : page.cursor
  } while (cursor !== null)
  return names
}

async function importIds(env: Env): Promise<string[]> {
  const ids: string[] = []
  let before: string | null = null
  do {
    const page: Array<{ id: string }> = await transfersOf(env).transfers('import', before)
    ids.push(...page.map(({ id }) => id))
    before = page.at(-1)?.id ?? null
  } while (before !== null)
  return ids
}
