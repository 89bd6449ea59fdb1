import * as z from 'zod'
import type { Database } from '../../storage/database.ts'

/** A writer to store. `writer` is the fingerprint of the mailbox, so that tags do not allow a second letter. */
type NewWriter = {
  writer: string
  fingerprint: string // of the address itself, for erasure
  draft: string
  confirmedDraft: string // the draft and its letters, sealed; stored until the receipt
  consent: string | null // sealed; stored until 30 days after the campaign
  country: string
}

export const WRITER_TABLE = `
  CREATE TABLE writer (
    writer TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, draft TEXT NOT NULL, confirmed_draft TEXT, consent TEXT, country TEXT NOT NULL,
    at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX writer_draft ON writer (draft)`

const writerRow = z.object({
  writer: z.string(),
  fingerprint: z.string(),
  draft: z.string(),
  confirmedDraft: z.string(),
})
export type WriterRow = z.infer<typeof writerRow>
const mailboxRow = z.object({ writer: z.string() })
const consentRow = z.object({
  writer: z.string(),
  fingerprint: z.string(),
  draft: z.string(),
  consent: z.string(),
  at: z.number(), // time of the confirmation, epoch ms
})
export type ConsentRow = z.infer<typeof consentRow>
const countRow = z.object({ name: z.string(), n: z.int() })

/** The table of a campaign's writers, with what they agreed to have stored. */
export class WriterState {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Whether the draft of this id was confirmed. */
  wasConfirmed(draft: string): boolean {
    return this.#db.has('SELECT 1 FROM writer WHERE draft = ?', draft)
  }

  /** Whether somebody has written from this mailbox. */
  has(writer: string): boolean {
    return this.#db.has('SELECT 1 FROM writer WHERE writer = ?', writer)
  }

  /** Stores a writer. False when the mailbox has written before. `now` in epoch ms. */
  add({ writer, fingerprint, draft, confirmedDraft, consent, country }: NewWriter, now: number): boolean {
    if (this.has(writer)) return false
    const values = [writer, fingerprint, draft, confirmedDraft, consent, country, now]
    this.#db.run(
      'INSERT INTO writer (writer, fingerprint, draft, confirmed_draft, consent, country, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...values,
    )
    return true
  }

  /** Mailbox fingerprints of writers without a receipt yet, in order, those after `after`; at most `most`. */
  listAwaitingReceipt(after: string, most: number): string[] {
    const query = 'SELECT writer FROM writer WHERE confirmed_draft IS NOT NULL AND writer > ? ORDER BY writer LIMIT ?'
    return this.#db.rows(mailboxRow, query, after, most).map(({ writer }) => writer)
  }

  /** A writer without a receipt yet, by the fingerprint of the mailbox. */
  findAwaitingReceipt(writer: string): WriterRow | undefined {
    const query =
      'SELECT writer, fingerprint, draft, confirmed_draft AS confirmedDraft FROM writer WHERE confirmed_draft IS NOT NULL AND writer = ?'
    return this.#db.row(writerRow, query, writer)
  }

  /** Deletes the confirmed draft once its receipt is queued. The consents stay. */
  markReceiptSent(writer: string): void {
    this.#db.run('UPDATE writer SET confirmed_draft = NULL WHERE writer = ?', writer)
  }

  /** Writers with any consent, in the order of mailbox fingerprints, those after `after`; at most `most`. */
  listConsenting(after: string, most: number): ConsentRow[] {
    return this.#selectConsenting('writer > ? ORDER BY writer LIMIT ?', after, most)
  }

  /** The consents of one mailbox or address, by fingerprint. Empty when there are none. */
  listConsents(fingerprint: string): ConsentRow[] {
    return this.#selectConsenting('(writer = ?1 OR fingerprint = ?1)', fingerprint)
  }

  #selectConsenting(where: string, ...values: Array<string | number>): ConsentRow[] {
    return this.#db.rows(
      consentRow,
      `SELECT writer, fingerprint, draft, consent, at FROM writer WHERE consent IS NOT NULL AND ${where}`,
      ...values,
    )
  }

  /** Replaces a writer's consents by fewer; null for none. */
  updateConsent(writer: string, consent: string | null): void {
    this.#db.run('UPDATE writer SET consent = ? WHERE writer = ? AND consent IS NOT NULL', consent, writer)
  }

  /** Deletes a writer's draft and consents, by the fingerprint of their address or mailbox. The row itself stays for the counts. */
  erase(fingerprint: string): void {
    this.#db.run(
      'UPDATE writer SET confirmed_draft = NULL, consent = NULL WHERE fingerprint = ?1 OR writer = ?1',
      fingerprint,
    )
  }

  count(): number {
    return this.#db.count('SELECT COUNT(*) FROM writer')
  }

  /** Number of writers by country code, or by day of confirmation (`YYYY-MM-DD`, UTC). */
  countBy(column: 'country' | 'day'): Record<string, number> {
    const name = column === 'day' ? "date(at / 1000, 'unixepoch')" : column
    const rows = this.#db.rows(countRow, `SELECT ${name} AS name, COUNT(*) AS n FROM writer GROUP BY 1`)
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
  }

  /** Deletes all drafts and consents. */
  dropPersonal(): void {
    this.#db.run(
      'UPDATE writer SET confirmed_draft = NULL, consent = NULL WHERE confirmed_draft IS NOT NULL OR consent IS NOT NULL',
    )
  }

  clear(): void {
    this.#db.run('DELETE FROM writer')
  }
}
