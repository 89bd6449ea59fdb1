import * as z from 'zod'
import { blob, type Database } from '../../storage/database.ts'
import type { RefusedRow } from './refusals.ts'

/** Report rows in one stored record. A record costs the same at any length, up to 2 MB. */
const REPORT_ROWS = 20_000

/** Tables of staged rows, waiting confirmations and the report. WITHOUT ROWID makes a record one written row instead of two. */
export const STAGING_TABLES = `
  CREATE TABLE staged_row (
    bucket INTEGER NOT NULL, part INTEGER NOT NULL, seq INTEGER NOT NULL, people INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (bucket, part, seq)) WITHOUT ROWID;
  CREATE TABLE confirmation (seq INTEGER PRIMARY KEY, people INTEGER NOT NULL, sealed BLOB NOT NULL);
  CREATE TABLE report (seq INTEGER PRIMARY KEY, part INTEGER NOT NULL, rows TEXT NOT NULL)`

/** Adds when a record of confirmations is tried next, and when its people were first tried. */
export const RETRIED_CONFIRMATIONS = `
  ALTER TABLE confirmation ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE confirmation ADD COLUMN first_try_at INTEGER`

/**
 * Adds the beginnings of the fingerprints of a record's people, so that a person is found without opening all records. Null in records of
 * earlier versions.
 */
export const SEARCHED_CONFIRMATIONS = 'ALTER TABLE confirmation ADD COLUMN prints TEXT'

/** Characters of a fingerprint by which its record is found: two people of one import seldom share them. */
const PRINT_CHARS = 8

const staged = z.object({ part: z.int(), bucket: z.int(), seq: z.int(), people: z.int(), sealed: blob })
export type StagedRecord = z.infer<typeof staged>
const queued = z.object({
  seq: z.int(),
  people: z.int(),
  sealed: blob,
  dueAt: z.number(), // 0: not tried before; else epoch ms
  firstTryAt: z.number().nullable(), // the first try that may have queued mails, epoch ms
  prints: z.string().nullable(), // beginnings of the people's fingerprints; null in records of earlier versions
})
export type QueuedRecord = z.infer<typeof queued>
const QUEUED = 'seq, people, sealed, due_at AS dueAt, first_try_at AS firstTryAt, prints'
const sizeRow = z.object({ bucket: z.int(), people: z.int() })
const reportRow = z.object({ row: z.int(), reason: z.string() })

/** Staged rows, sealed until they are imported, and the report of refused rows, which contains no personal data. */
export class Staging {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  put({ part, bucket, seq, people, sealed }: StagedRecord): void {
    const values = [bucket, part, seq, people, sealed]
    this.#db.run('INSERT INTO staged_row (bucket, part, seq, people, sealed) VALUES (?, ?, ?, ?, ?)', ...values)
  }

  /** Deletes the staged rows and the report of a part. */
  dropPart(part: number): void {
    this.#db.run('DELETE FROM staged_row WHERE part = ?', part)
    this.#db.run('DELETE FROM report WHERE part = ?', part)
  }

  /** Deletes all people and with them every stored address. */
  dropPeople(): void {
    this.#db.run('DELETE FROM staged_row')
    this.#db.run('DELETE FROM confirmation')
  }

  /** Number of staged people per bucket, from bucket `from` on. */
  sizes(from: number): Array<{ bucket: number; people: number }> {
    return this.#db.rows(
      sizeRow,
      'SELECT bucket, SUM(people) AS people FROM staged_row WHERE bucket >= ? GROUP BY bucket ORDER BY bucket',
      from,
    )
  }

  /** Staged records of the buckets [from, until), in the order of the file. */
  inBuckets(from: number, until: number): StagedRecord[] {
    return this.#db.rows(
      staged,
      'SELECT part, bucket, seq, people, sealed FROM staged_row WHERE bucket >= ? AND bucket < ? ORDER BY part, seq',
      from,
      until,
    )
  }

  dropBuckets(until: number): void {
    this.#db.run('DELETE FROM staged_row WHERE bucket < ?', until)
  }

  nextSeq(): number {
    return this.#db.count('SELECT COALESCE(MAX(seq), 0) + 1 FROM confirmation')
  }

  /** Stores people who wait for a confirmation mail. */
  enqueue({ seq, people, sealed, dueAt, firstTryAt, prints }: QueuedRecord): void {
    const values = [seq, people, sealed, dueAt, firstTryAt, prints]
    this.#db.run(
      'INSERT INTO confirmation (seq, people, sealed, due_at, first_try_at, prints) VALUES (?, ?, ?, ?, ?, ?)',
      ...values,
    )
  }

  /** Records that may hold this person: one row of up to 100 people is read for each that waits. */
  recordsWith(fingerprint: string): QueuedRecord[] {
    const where = 'prints IS NULL OR instr(prints, ?) > 0'
    const print = printsOf([fingerprint])
    return this.#db.rows(queued, `SELECT ${QUEUED} FROM confirmation WHERE ${where} ORDER BY seq`, print)
  }

  /** Replaces the people of a record. */
  replaceQueued({ seq, people, sealed, prints }: QueuedRecord): void {
    const values = [people, sealed, prints, seq]
    this.#db.run('UPDATE confirmation SET people = ?, sealed = ?, prints = ? WHERE seq = ?', ...values)
  }

  /** The next record of people who wait for a confirmation mail, or null. Those that were not tried before come first. */
  head(): QueuedRecord | null {
    return this.#db.row(queued, `SELECT ${QUEUED} FROM confirmation ORDER BY due_at, seq LIMIT 1`) ?? null
  }

  /** Puts a record off that cannot be read. `now` in epoch ms. */
  putOff(seq: number, dueAt: number, now: number): void {
    const change = 'due_at = ?, first_try_at = COALESCE(first_try_at, ?)'
    this.#db.run(`UPDATE confirmation SET ${change} WHERE seq = ?`, dueAt, now, seq)
  }

  dropHead(seq: number): void {
    this.#db.run('DELETE FROM confirmation WHERE seq = ?', seq)
  }

  refuse(part: number, refused: readonly RefusedRow[]): void {
    for (let at = 0; at < refused.length; at += REPORT_ROWS) {
      const rows = refused.slice(at, at + REPORT_ROWS).map(({ row, reason }) => [row, reason])
      this.#db.run('INSERT INTO report (part, rows) VALUES (?, ?)', part, JSON.stringify(rows))
    }
  }

  /** Refused rows after row `after`, ordered by row number. */
  report(after: number, limit: number): Array<{ row: number; reason: string }> {
    return this.#db.rows(
      reportRow,
      `SELECT one.value ->> 0 AS row, one.value ->> 1 AS reason FROM report, json_each(report.rows) AS one
       WHERE one.value ->> 0 > ? ORDER BY 1 LIMIT ?`,
      after,
      limit,
    )
  }
}

/** The searched beginnings of fingerprints, joined so that none is found across two. */
export const printsOf = (fingerprints: readonly string[]): string =>
  fingerprints.map((fingerprint) => `${fingerprint.slice(0, PRINT_CHARS)} `).join('')
