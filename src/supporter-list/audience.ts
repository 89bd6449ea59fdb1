import type { Settings } from '../env.ts'
import { defined } from '../kit/defined.ts'
import { KV_LIMITS } from '../kit/platform/limits.ts'
import type { AudiencePage, Person } from './person.ts'
import { decryptRecord, fingerprintOfKey, isOwnFingerprint } from './store.ts'
import type { Supporter } from './supporter.ts'

/** Keys of the list: they open its records, and make the fingerprints in its keys. */
export type RecordKeys = Pick<Settings, 'keys' | 'fingerprint'>

/**
 * Records decrypted at a time. Decrypting 1,000 at once would overflow the heap's young generation. Of each such group one fingerprint is
 * computed again, twenty of a full page.
 */
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
 * belong to another key, count as `damaged`. The fingerprint of an address was checked when its record was sealed, and is checked
 * again for a sample. When one of the sample differs, all of the page are checked.
 */
export async function readRecords(
  kv: KVNamespace,
  settings: RecordKeys,
  prefix: string,
  cursor: string | undefined,
  after: string | undefined,
): Promise<RecordPage> {
  const page = await kv.list<unknown>({ prefix, ...defined({ cursor }) })
  const keys = page.keys.filter(({ name }) => after === undefined || name > after)
  const overflowing = keys.filter(({ metadata }) => typeof metadata !== 'string').map(({ name }) => name)
  const { values, operations } = await getAll(kv, overflowing)
  const present = keys.filter(({ name }) => values.get(name) !== null) // null: deleted after the list was read
  const records = await openAll(
    settings,
    present.map(({ name, metadata }) => ({ key: name, sealed: values.get(name) ?? metadata })),
  )
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

type SealedEntry = { key: string; sealed: unknown }
type ListedRecord = RecordPage['records'][number]

/** The records that open, each with the fingerprint in its key. */
async function openAll(settings: RecordKeys, entries: readonly SealedEntry[]): Promise<ListedRecord[]> {
  const records: ListedRecord[] = []
  let isAsExpected = true
  for (let at = 0; at < entries.length; at += OPENED_AT_ONCE) {
    const sample = records.length // the next record that opens
    const some = entries.slice(at, at + OPENED_AT_ONCE)
    const opened = await Promise.all(some.map(({ key, sealed }) => decryptRecord(settings, key, sealed)))
    for (const [i, supporter] of opened.entries())
      if (supporter !== null) records.push({ ...supporter, fingerprint: fingerprintOfKey(some[i]?.key ?? '') })
    const first = records[sample]
    isAsExpected &&= first === undefined || (await isOwnFingerprint(settings, first, first.fingerprint))
  }
  return isAsExpected ? records : ownRecords(settings, records)
}

/** The records whose address has the fingerprint they are stored under. Looks at every one. */
async function ownRecords(settings: RecordKeys, records: readonly ListedRecord[]): Promise<ListedRecord[]> {
  const own: ListedRecord[] = []
  for (const record of records) if (await isOwnFingerprint(settings, record, record.fingerprint)) own.push(record)
  return own
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
