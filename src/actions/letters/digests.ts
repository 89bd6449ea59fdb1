import { type BatchHeader, newBatchHeader } from '../../delivery/batch.ts'
import type { Addressee } from './addressees.ts'
import type { LetterRow } from './letter-rows.ts'
import type { LetterTables } from './letter-tables.ts'
import { MAX_DIGEST_ENTRIES, splitIntoDigests } from './mail/digest-entry.ts'
import { nextWindow } from './turn.ts'

/** Digests of one address made at once. More follow in the next pass, so that the work of one alarm has a limit. */
const DIGESTS_AT_ONCE = 10

/** Makes batches of the held letters whose digest is due. Each batch gets a turn of its addressee. `now` in epoch ms. */
export function createDigests(
  tables: LetterTables,
  addressees: ReadonlyMap<string, Addressee>,
  now: number,
  random: () => number,
): void {
  for (const group of tables.rows.held()) {
    const addressee = addressees.get(group.addressee)
    if (addressee === undefined || nextWindow(group.since, addressee.digestInterval, addressee.zone) > now) continue
    tables.db.transaction(() => {
      const most = DIGESTS_AT_ONCE * MAX_DIGEST_ENTRIES
      const digests = splitIntoDigests(tables.rows.heldIn(group, most), tables.rows.entrySizesIn(group, most))
      for (const digest of digests.slice(0, DIGESTS_AT_ONCE)) {
        const dueAt = tables.schedule.reserveTurn(addressee, now, random)
        insertDigest(tables, digest, (head) => ({ ...head, dueAt }), now)
      }
    })
  }
}

/** When the next digest is to be made (epoch ms), or null when no letters are held. */
export function nextDigestAt(tables: LetterTables, addressees: ReadonlyMap<string, Addressee>): number | null {
  const times = tables.rows.held().flatMap(({ addressee: key, since }) => {
    const addressee = addressees.get(key)
    return addressee === undefined ? [] : [nextWindow(since, addressee.digestInterval, addressee.zone)]
  })
  return times.length === 0 ? null : Math.min(...times)
}

/** Stores one batch of these held letters. `change` sets the state or the due time of the new batch. */
export function insertDigest(
  tables: LetterTables,
  rows: readonly LetterRow[],
  change: (head: BatchHeader) => BatchHeader,
  now: number,
): void {
  const [first] = rows
  if (first === undefined) return
  const head = change(newBatchHeader(tables.ledger.nextId(), first.addressee, rows.length))
  const people = rows.map(({ fingerprint }) => fingerprint)
  tables.ledger.insert({ head, people, recipients: new Uint8Array() })
  tables.rows.assignBatch(rows, head.id, now)
  if (head.state === 'settled') tables.end(head.id)
}
