import * as z from 'zod'
import { blob, type Database } from '../../storage/database.ts'
import type { RefusedRow } from './refusals.ts'

/** Rows of the report in one stored record: a record costs the same however long it is, up to 2 MB. */
const REPORT_ROWS = 20_000

/** WITHOUT ROWID: the key is the table, so a record is one row written and not two. */
export const STAGING_TABLES = `
  CREATE TABLE staged_row (
    bucket INTEGER NOT NULL, part INTEGER NOT NULL, seq INTEGER NOT NULL, people INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (bucket, part, seq)) WITHOUT ROWID;
  CREATE TABLE confirmation (seq INTEGER PRIMARY KEY, people INTEGER NOT NULL, sealed BLOB NOT NULL);
  CREATE TABLE report (seq INTEGER PRIMARY KEY, part INTEGER NOT NULL, rows TEXT NOT NULL)`

const staged = z.object({ part: z.int(), bucket: z.int(), seq: z.int(), people: z.int(), sealed: blob })
export type StagedRecord = z.infer<typeof staged>
const queued = z.object({ seq: z.int(), people: z.int(), sealed: blob })
export type QueuedRecord = z.infer<typeof queued>
const sizeRow = z.object({ bucket: z.int(), people: z.int() })
const reportRow = z.object({ row: z.int(), reason: z.string() })

/** What an import keeps of its rows: sealed until they are worked through, and the report, which holds no personal data. */
export class Staging {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  put({ part, bucket, seq, people, sealed }: StagedRecord): void {
    const values = [bucket, part, seq, people, sealed]
    this.#db.run('INSERT INTO staged_row (bucket, part, seq, people, sealed) VALUES (?, ?, ?, ?, ?)', ...values)
  }

  /** Everything of a part that was not taken. */
  dropPart(part: number): void {
    this.#db.run('DELETE FROM staged_row WHERE part = ?', part)
    this.#db.run('DELETE FROM report WHERE part = ?', part)
  }

  /** People, and sealed with them every address that is still kept. */
  dropPeople(): void {
    this.#db.run('DELETE FROM staged_row')
    this.#db.run('DELETE FROM confirmation')
  }

  /** How many staged people there are by bucket, from one on. */
  sizes(from: number): Array<{ bucket: number; people: number }> {
    return this.#db.rows(
      sizeRow,
      'SELECT bucket, SUM(people) AS people FROM staged_row WHERE bucket >= ? GROUP BY bucket ORDER BY bucket',
      from,
    )
  }

  /** In the order of the file. */
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

  /** People who are to be asked. */
  enqueue({ seq, people, sealed }: QueuedRecord): void {
    this.#db.run('INSERT INTO confirmation (seq, people, sealed) VALUES (?, ?, ?)', seq, people, sealed)
  }

  head(): QueuedRecord | null {
    return this.#db.row(queued, 'SELECT seq, people, sealed FROM confirmation ORDER BY seq LIMIT 1') ?? null
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

  /** By row, those behind `after`. */
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
