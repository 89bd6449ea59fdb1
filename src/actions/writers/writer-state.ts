import * as z from 'zod'
import type { Database } from '../../storage/database.ts'

/** Somebody who has confirmed: by the fingerprint of their mailbox, so that no `+tag` makes two of one. */
export type NewWriter = {
  writer: string
  fingerprint: string // of the address itself, by which they may have themselves erased
  draft: string
  confirmedDraft: string // the draft and its letters, sealed, until the receipt
  consent: string | null // sealed: what they let us keep until the campaign has ended
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
  at: z.number(), // when they confirmed, epoch ms
})
export type ConsentRow = z.infer<typeof consentRow>
const countRow = z.object({ name: z.string(), n: z.int() })

/** Who has written in a campaign, and what they let us keep. */
export class WriterState {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Whether this draft was confirmed: pressing twice is once. */
  wasConfirmed(draft: string): boolean {
    return this.#db.has('SELECT 1 FROM writer WHERE draft = ?', draft)
  }

  /** False when the mailbox has written before. */
  add({ writer, fingerprint, draft, confirmedDraft, consent, country }: NewWriter, now: number): boolean {
    if (this.#db.has('SELECT 1 FROM writer WHERE writer = ?', writer)) return false
    const values = [writer, fingerprint, draft, confirmedDraft, consent, country, now]
    this.#db.run(
      'INSERT INTO writer (writer, fingerprint, draft, confirmed_draft, consent, country, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...values,
    )
    return true
  }

  /** Mailboxes of writers who were not told yet what became of their letters, in order, behind `after`. */
  listAwaitingReceipt(after: string, most: number): string[] {
    const query = 'SELECT writer FROM writer WHERE confirmed_draft IS NOT NULL AND writer > ? ORDER BY writer LIMIT ?'
    return this.#db.rows(mailboxRow, query, after, most).map(({ writer }) => writer)
  }

  /** A writer who was not told yet. */
  findAwaitingReceipt(writer: string): WriterRow | undefined {
    const query =
      'SELECT writer, fingerprint, draft, confirmed_draft AS confirmedDraft FROM writer WHERE confirmed_draft IS NOT NULL AND writer = ?'
    return this.#db.row(writerRow, query, writer)
  }

  /** Nothing of them is left but that somebody has written, and what they let us keep. */
  markReceiptSent(writer: string): void {
    this.#db.run('UPDATE writer SET confirmed_draft = NULL WHERE writer = ?', writer)
  }

  /** Those who let us keep something, in the order of their mailboxes, behind `after`. */
  listConsenting(after: string, most: number): ConsentRow[] {
    return this.#selectConsenting('writer > ? ORDER BY writer LIMIT ?', after, most)
  }

  /** Of one mailbox or address: none where they let us keep nothing. */
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

  /** They let us keep less; null for nothing. */
  updateConsent(writer: string, consent: string | null): void {
    this.#db.run('UPDATE writer SET consent = ? WHERE writer = ? AND consent IS NOT NULL', consent, writer)
  }

  /** Somebody has had themselves erased: the address they wrote from, or their mailbox. */
  erase(fingerprint: string): void {
    this.#db.run(
      'UPDATE writer SET confirmed_draft = NULL, consent = NULL WHERE fingerprint = ?1 OR writer = ?1',
      fingerprint,
    )
  }

  count(): number {
    return this.#db.count('SELECT COUNT(*) FROM writer')
  }

  countBy(column: 'country' | 'day'): Record<string, number> {
    const name = column === 'day' ? "date(at / 1000, 'unixepoch')" : column
    const rows = this.#db.rows(countRow, `SELECT ${name} AS name, COUNT(*) AS n FROM writer GROUP BY 1`)
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
  }

  dropPersonal(): void {
    this.#db.run(
      'UPDATE writer SET confirmed_draft = NULL, consent = NULL WHERE confirmed_draft IS NOT NULL OR consent IS NOT NULL',
    )
  }

  clear(): void {
    this.#db.run('DELETE FROM writer')
  }
}
