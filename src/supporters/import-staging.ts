import type { Refused } from './import-reasons.ts'

/** Rows of the report in one stored record: a record costs the same however long it is, up to 2 MB. */
const REPORT_ROWS = 20_000

export type Staged = { part: number; bucket: number; seq: number; people: number; sealed: Uint8Array<ArrayBuffer> }
export type Queued = { seq: number; people: number; sealed: Uint8Array<ArrayBuffer> }

type Row = Record<string, SqlStorageValue>

/** What an import keeps of its rows: sealed until they are worked through, and the report, which holds no personal data. */
export class Staging {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  /** Not before there is something to keep: asking after an import that never was leaves nothing behind. */
  make(): void {
    // WITHOUT ROWID: the key is the table, so a record is one row written and not two.
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS staged (
      bucket INTEGER NOT NULL, part INTEGER NOT NULL, seq INTEGER NOT NULL, people INTEGER NOT NULL, sealed BLOB NOT NULL,
      PRIMARY KEY (bucket, part, seq)) WITHOUT ROWID`)
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS asking (seq INTEGER PRIMARY KEY, people INTEGER NOT NULL, sealed BLOB NOT NULL)',
    )
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS report (seq INTEGER PRIMARY KEY, part INTEGER NOT NULL, rows TEXT NOT NULL)',
    )
  }

  put({ part, bucket, seq, people, sealed }: Staged): void {
    this.#sql.exec('INSERT INTO staged VALUES (?, ?, ?, ?, ?)', bucket, part, seq, people, sealed)
  }

  /** Everything of a part that was not taken. */
  dropPart(part: number): void {
    this.#sql.exec('DELETE FROM staged WHERE part = ?', part)
    this.#sql.exec('DELETE FROM report WHERE part = ?', part)
  }

  /** People, and sealed with them every address that is still kept. */
  dropPeople(): void {
    this.#sql.exec('DELETE FROM staged')
    this.#sql.exec('DELETE FROM asking')
  }

  /** How many staged people there are by bucket, from one on. */
  sizes(from: number): Array<{ bucket: number; people: number }> {
    return this.#sql
      .exec<{ bucket: number; people: number }>(
        'SELECT bucket, SUM(people) AS people FROM staged WHERE bucket >= ? GROUP BY bucket ORDER BY bucket',
        from,
      )
      .toArray()
  }

  /** In the order of the file. */
  inBuckets(from: number, until: number): Staged[] {
    return this.#sql
      .exec<Row>('SELECT * FROM staged WHERE bucket >= ? AND bucket < ? ORDER BY part, seq', from, until)
      .toArray()
      .map((row) => ({
        part: Number(row.part),
        bucket: Number(row.bucket),
        seq: Number(row.seq),
        people: Number(row.people),
        sealed: bytesOf(row.sealed),
      }))
  }

  dropBuckets(until: number): void {
    this.#sql.exec('DELETE FROM staged WHERE bucket < ?', until)
  }

  nextSeq(): number {
    return this.#sql.exec<{ seq: number }>('SELECT COALESCE(MAX(seq), 0) + 1 AS seq FROM asking').one().seq
  }

  /** People who are to be asked. */
  queue({ seq, people, sealed }: Queued): void {
    this.#sql.exec('INSERT INTO asking VALUES (?, ?, ?)', seq, people, sealed)
  }

  head(): Queued | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM asking ORDER BY seq LIMIT 1').toArray()
    return row === undefined ? null : { seq: Number(row.seq), people: Number(row.people), sealed: bytesOf(row.sealed) }
  }

  dropHead(seq: number): void {
    this.#sql.exec('DELETE FROM asking WHERE seq = ?', seq)
  }

  refuse(part: number, refused: readonly Refused[]): void {
    for (let at = 0; at < refused.length; at += REPORT_ROWS) {
      const rows = refused.slice(at, at + REPORT_ROWS).map(({ row, reason }) => [row, reason])
      this.#sql.exec('INSERT INTO report (part, rows) VALUES (?, ?)', part, JSON.stringify(rows))
    }
  }

  /** By row, those behind `after`. */
  report(after: number, limit: number): Array<{ row: number; reason: string }> {
    return this.#sql
      .exec<{ row: number; reason: string }>(
        `SELECT one.value ->> 0 AS row, one.value ->> 1 AS reason FROM report, json_each(report.rows) AS one
         WHERE one.value ->> 0 > ? ORDER BY 1 LIMIT ?`,
        after,
        limit,
      )
      .toArray()
  }
}

/** A BLOB, which the platform gives as an ArrayBuffer. */
const bytesOf = (value: SqlStorageValue | undefined): Uint8Array<ArrayBuffer> =>
  value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array()
