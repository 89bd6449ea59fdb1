import type { Settings } from '../env.ts'
import { defined } from '../kit/defined.ts'
import { KV_LIMITS } from '../kit/platform/limits.ts'
import type { AudiencePage, Person } from './person.ts'
import { fingerprintOfKey, openRecord } from './store.ts'
import type { Supporter } from './supporter.ts'

/** Records decrypted at a time. Decrypting 1,000 at once would overflow the heap's young generation. */
const OPENED_AT_ONCE = 50

/** Converts a record to a person. Copies field by field, which is faster than spreading: a dispatch reads all supporters. */
export function personOf({
  fingerprint,
  email,
  name,
  locales,
  topics,
  country,
  since,
}: RecordPage['records'][number]): Person {
  const person: Person = { fingerprint, email, locales, topics, since }
  if (name !== undefined) person.name = name
  if (country !== undefined) person.country = country
  return person
}

/** A page of whole records, consent included. */
export type RecordPage = Omit<AudiencePage, 'people'> & { records: Array<Supporter & { fingerprint: string }> }

/**
 * One page of whole records as KV shows them: at most 1,000, ordered by key. An empty page is not always the last. `after` and
 * `lastKey` are whole keys; people up to `after` were on an earlier page and are skipped. Records that do not decrypt, or that
 * belong to another key, count as `damaged`.
 */
export async function readRecords(
  kv: KVNamespace,
  settings: Pick<Settings, 'keys' | 'fingerprint'>,
  prefix: string,
  cursor: string | undefined,
  after: string | undefined,
): Promise<RecordPage> {
  const page = await kv.list<unknown>({ prefix, ...defined({ cursor }) })
  const keys = page.keys.filter(({ name }) => after === undefined || name > after)
  const overflowing = keys.filter(({ metadata }) => typeof metadata !== 'string').map(({ name }) => name)
  const { values, operations } = await getAll(kv, overflowing)
  const present = keys.filter(({ name }) => values.get(name) !== null) // null: deleted after the list was read
  const records: RecordPage['records'] = []
  for (let at = 0; at < present.length; at += OPENED_AT_ONCE) {
    const some = present.slice(at, at + OPENED_AT_ONCE)
    const opened = await Promise.all(
      some.map(({ name, metadata }) => openRecord(settings, name, values.get(name) ?? metadata)),
    )
    for (const [i, supporter] of opened.entries())
      if (supporter !== null) records.push({ ...supporter, fingerprint: fingerprintOfKey(some[i]?.name ?? '') })
  }
  const lastKey = page.keys.at(-1)?.name
  return {
    records,
    ...(!page.list_complete && { cursor: page.cursor }),
    done: page.list_complete,
    ...defined({ lastKey }),
    operations: 1 + operations,
    damaged: present.length - records.length,
  }
}

async function getAll(
  kv: KVNamespace,
  keys: string[],
): Promise<{ values: Map<string, string | null>; operations: number }> {
  const values = new Map<string, string | null>()
  let operations = 0
  for (let at = 0; at < keys.length; at += KV_LIMITS.keysPerBulkRead) {
    for (const [key, value] of await kv.get(keys.slice(at, at + KV_LIMITS.keysPerBulkRead))) values.set(key, value)
    operations++
  }
  return { values, operations }
}
