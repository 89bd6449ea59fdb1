import { type BatchHeader, newBatchHeader } from '../../delivery/batch.ts'
import type { Addressee } from './addressees.ts'
import type { LetterRow } from './letter-rows.ts'
import type { LetterTables } from './letter-tables.ts'
import { splitIntoDigests } from './mail/digest-entry.ts'
import { nextWindow } from './turn.ts'

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
      const rows = tables.rows.heldIn(group)
      for (const digest of splitIntoDigests(rows, tables.rows.entrySizesIn(group))) {
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
  for (const [position, { id }] of rows.entries()) tables.rows.assignBatch(id, head.id, position, now)
}
