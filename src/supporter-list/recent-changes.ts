import { defined } from '../kit/defined.ts'
import { personOf, type RecordKeys, type RecordPage, readRecords } from './audience.ts'
import type { AudiencePage } from './person.ts'
import { AUDIENCE_PREFIX, fingerprintOfKey, openRecord } from './store.ts'
import type { Supporter } from './supporter.ts'

/** A person whose record has just changed or waits for KV: the sealed record, or null for a person who left. */
export type RecentChange = { fingerprint: string; record: string | null }

/** Most recent changes in one answer. 5,000 records of at most 1,400 characters are far below the 32 MiB of a call to an object. */
export const CHANGES_PER_PAGE = 5_000

/** Recent changes of fingerprints above `after` and up to `upTo`, in order, at most CHANGES_PER_PAGE. */
export type ReadRecent = (after: string, upTo: string) => Promise<RecentChange[]>

/** Follows every fingerprint that begins with the same digits, because fingerprints are hexadecimal. */
export const AFTER_ALL_DIGITS = 'g'

/**
 * One page of whole records as they are, although KV is stale or refuses writes: KV's page and the recent changes of its range of
 * keys. Parameters as in `readRecords`. Ranges of successive pages never overlap, so each person is on one page.
 */
export async function readCurrentRecords(
  kv: KVNamespace,
  settings: RecordKeys,
  recent: ReadRecent,
  ...[prefix, cursor, after]: [prefix: string, cursor: string | undefined, after: string | undefined]
): Promise<RecordPage> {
  const page = await readRecords(kv, settings, prefix, cursor, after)
  const from = after === undefined || after < prefix ? prefix : after
  const upTo = page.done ? prefix + AFTER_ALL_DIGITS : (page.lastKey ?? from)
  // Read after the list: who has left in between is missing, and whoever left the recent changes is in the list since minutes.
  const { changes, calls } = await changesBetween(recent, from, upTo)
  const { lastKey: _, ...rest } = page
  const known = {
    ...rest,
    ...defined({ lastKey: upTo > from ? upTo : page.lastKey }),
    operations: page.operations + calls,
  }
  if (changes.length === 0) return known
  const changed = new Set(changes.map(({ fingerprint }) => fingerprint))
  const kept = page.records.filter(({ fingerprint }) => !changed.has(fingerprint))
  const opened = await openChanges(settings, changes)
  return { ...known, records: [...kept, ...opened.records], damaged: page.damaged + opened.damaged }
}

/** The same page as people, without their consent. */
export async function readCurrentPage(...page: Parameters<typeof readCurrentRecords>): Promise<AudiencePage> {
  const { records, ...rest } = await readCurrentRecords(...page)
  return { ...rest, people: records.map(personOf) }
}

/** All recent changes of keys above `from` and up to `upTo`. */
export async function changesBetween(recent: ReadRecent, from: string, upTo: string) {
  if (upTo <= from) return { changes: [], calls: 0 }
  const changes: RecentChange[] = []
  const last = fingerprintOfKey(upTo)
  let after = fingerprintOfKey(from)
  for (let calls = 1; ; calls++) {
    const some = await recent(after, last)
    changes.push(...some)
    if (some.length < CHANGES_PER_PAGE) return { changes, calls }
    after = some.at(-1)?.fingerprint ?? last
  }
}

async function openChanges(settings: RecordKeys, changes: readonly RecentChange[]) {
  const records: Array<Supporter & { fingerprint: string }> = []
  let damaged = 0
  for (const { fingerprint, record } of changes) {
    if (record === null) continue
    const supporter = await openRecord(settings, AUDIENCE_PREFIX + fingerprint, record)
    if (supporter === null) damaged++
    else records.push({ ...supporter, fingerprint })
  }
  return { records, damaged }
}
