import * as z from 'zod'
import { isoDay } from '../../kit/day.ts'
import type { Database, StoredEntry } from '../../storage/database.ts'
import type { StepStorage } from '../../storage/migrate.ts'

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
type WriterRow = z.infer<typeof writerRow>
const mailboxRow = z.object({ writer: z.string() })
const consentRow = z.object({
  writer: z.string(),
  fingerprint: z.string(),
  draft: z.string(),
  consent: z.string(),
  at: z.number(), // time of the confirmation, epoch ms
})
export type ConsentRow = z.infer<typeof consentRow>
const writerCounts = z.object({
  confirmed: z.int(),
  byCountry: z.record(z.string(), z.int()),
  byDay: z.record(z.string(), z.int()), // by day of confirmation (`YYYY-MM-DD`, UTC)
})
/** How many writers have confirmed, in all, by country code and by day. */
export type WriterCounts = z.infer<typeof writerCounts>

/** SQL: of this fingerprint, of the mailbox or of the address. Two indexes answer it. */
const IS_PERSON = '(writer = ?1 OR (fingerprint = ?1 AND fingerprint != writer))'

/**
 * Adds what finds writers without reading all of them: whether their letters have ended, and indexes. The index by address holds only
 * addresses that differ from their mailbox, and costs other writers no row.
 */
export function indexWriters({ sql, kv }: StepStorage, hasOpenLetter: ReadonlySet<string>): void {
  sql.exec(`
    ALTER TABLE writer ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX writer_ended ON writer (writer) WHERE ended = 1 AND confirmed_draft IS NOT NULL;
    CREATE INDEX writer_consent ON writer (writer) WHERE consent IS NOT NULL;
    CREATE INDEX writer_address ON writer (fingerprint) WHERE fingerprint != writer`)
  sql.exec(
    'UPDATE writer SET ended = 1 WHERE writer NOT IN (SELECT value FROM json_each(?))',
    JSON.stringify([...hasOpenLetter]),
  )
  const countBy = (name: string) =>
    Object.fromEntries(
      [...sql.exec(`SELECT ${name} AS name, COUNT(*) AS n FROM writer GROUP BY 1`)].map((row) => [row.name, row.n]),
    )
  const confirmed = Number(sql.exec('SELECT COUNT(*) AS n FROM writer').one().n)
  kv.put('writer-counts', {
    confirmed,
    byCountry: countBy('country'),
    byDay: countBy("date(at / 1000, 'unixepoch')"),
  })
}

/** Writers whose texts are deleted at once after a campaign: the work of one alarm then has a limit. */
const TEXTS_AT_ONCE = 500

/** The table of a campaign's writers, with what they agreed to have stored. */
export class WriterState {
  readonly #db: Database
  readonly #counts: StoredEntry<WriterCounts>

  constructor(db: Database) {
    this.#db = db
    this.#counts = db.entry('writer-counts', writerCounts)
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
    const { confirmed, byCountry, byDay } = this.counts()
    const day = isoDay(now)
    this.#db.transaction(() => {
      this.#db.run(
        'INSERT INTO writer (writer, fingerprint, draft, confirmed_draft, consent, country, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...values,
      )
      this.#counts.put({
        confirmed: confirmed + 1,
        byCountry: { ...byCountry, [country]: (byCountry[country] ?? 0) + 1 },
        byDay: { ...byDay, [day]: (byDay[day] ?? 0) + 1 },
      })
    })
    return true
  }

  /** Notes that the letters of a mailbox have all ended: its receipt is due. Does nothing for a mailbox without letters. */
  markEnded(writer: string): void {
    this.#db.run('UPDATE writer SET ended = 1 WHERE writer = ? AND ended = 0 AND confirmed_draft IS NOT NULL', writer)
  }

  /** A writer without a receipt yet, by the fingerprint of the mailbox. */
  findAwaitingReceipt(writer: string): WriterRow | undefined {
    const query =
      'SELECT writer, fingerprint, draft, confirmed_draft AS confirmedDraft FROM writer WHERE confirmed_draft IS NOT NULL AND writer = ?'
    return this.#db.row(writerRow, query, writer)
  }

  /** Writers without a receipt yet, by the fingerprint of their address or mailbox. */
  listAwaitingReceipt(fingerprint: string): WriterRow[] {
    return this.#db.rows(
      writerRow,
      `SELECT writer, fingerprint, draft, confirmed_draft AS confirmedDraft FROM writer
       WHERE confirmed_draft IS NOT NULL AND ${IS_PERSON}`,
      fingerprint,
    )
  }

  /** Writers whose receipt is due, in the order of mailbox fingerprints, those after `after`; at most `most`. */
  listDueReceipts(after: string, most: number): WriterRow[] {
    return this.#db.rows(
      writerRow,
      `SELECT writer, fingerprint, draft, confirmed_draft AS confirmedDraft FROM writer INDEXED BY writer_ended
       WHERE ended = 1 AND confirmed_draft IS NOT NULL AND writer > ? ORDER BY writer LIMIT ?`,
      after,
      most,
    )
  }

  /** Deletes the confirmed draft once its receipt is queued. The consents stay. */
  markReceiptSent(writer: string): void {
    this.#db.run('UPDATE writer SET confirmed_draft = NULL WHERE writer = ?', writer)
  }

  /** Writers with any consent, in the order of mailbox fingerprints, those after `after`; at most `most`. */
  listConsenting(after: string, most: number): ConsentRow[] {
    return this.#selectConsenting('INDEXED BY writer_consent', 'writer > ? ORDER BY writer LIMIT ?', after, most)
  }

  /** The consents of one mailbox or address, by fingerprint. Empty when there are none. */
  listConsents(fingerprint: string): ConsentRow[] {
    return this.#selectConsenting('', IS_PERSON, fingerprint)
  }

  #selectConsenting(by: string, where: string, ...values: Array<string | number>): ConsentRow[] {
    return this.#db.rows(
      consentRow,
      `SELECT writer, fingerprint, draft, consent, at FROM writer ${by} WHERE consent IS NOT NULL AND ${where}`,
      ...values,
    )
  }

  /** Replaces a writer's consents by fewer; null for none. */
  updateConsent(writer: string, consent: string | null): void {
    this.#db.run('UPDATE writer SET consent = ? WHERE writer = ? AND consent IS NOT NULL', consent, writer)
  }

  /** Deletes a writer's draft and consents, by the fingerprint of their address or mailbox. The row itself stays for the counts. */
  erase(fingerprint: string): void {
    this.#db.run(`UPDATE writer SET confirmed_draft = NULL, consent = NULL WHERE ${IS_PERSON}`, fingerprint)
  }

  /** The running counts of confirmed writers. */
  counts(): WriterCounts {
    return this.#counts.get() ?? { confirmed: 0, byCountry: {}, byDay: {} }
  }

  /** Deletes drafts whose receipt is due, and consents, of `TEXTS_AT_ONCE` writers. Returns whether there may be more. */
  dropPersonal(): boolean {
    const most = `LIMIT ${TEXTS_AT_ONCE}) RETURNING writer`
    const dropped = [
      `UPDATE writer SET confirmed_draft = NULL WHERE writer IN (SELECT writer FROM writer INDEXED BY writer_ended
       WHERE ended = 1 AND confirmed_draft IS NOT NULL ${most}`,
      `UPDATE writer SET consent = NULL WHERE writer IN (SELECT writer FROM writer INDEXED BY writer_consent
       WHERE consent IS NOT NULL ${most}`,
    ].map((query) => this.#db.rows(mailboxRow, query).length)
    return Math.max(...dropped) === TEXTS_AT_ONCE
  }

  clear(): void {
    if (this.counts().confirmed === 0) return
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM writer')
      this.#counts.delete()
    })
  }
}
