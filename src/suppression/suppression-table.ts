import * as z from 'zod'
import type { Database } from '../storage/database.ts'
import { type SuppressionRecord, suppressionRecord } from './suppression-rules.ts'

/** WITHOUT ROWID makes an entry one written row instead of two. */
export const SUPPRESSION_TABLES = `
  CREATE TABLE suppressed (fingerprint TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE paused (fingerprint TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID`

/** When people were erased. A complaint replaces the reason of a suppression, and an erasure must still be known. */
export const ERASED_TABLE = `
  CREATE TABLE erased (fingerprint TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO erased (fingerprint, at) SELECT fingerprint, since FROM suppressed WHERE reason = 'erased'`

/** Lets pauses whose time is over be found without reading all. */
export const PAUSED_INDEX = 'CREATE INDEX paused_until ON paused (until)'

const fingerprintRow = z.object({ fingerprint: z.string() })
const suppressionRow = suppressionRecord.extend({ ...fingerprintRow.shape, erasedAt: z.number().nullable() })
/** A suppression, and when the person was erased (epoch ms), null for never. */
export type SuppressedPerson = z.infer<typeof suppressionRow>
const erasedRow = z.object({ at: z.number() })
const pausedRow = z.object({ until: z.number() })
const countRow = z.object({ reason: z.string(), people: z.int() })

/**
 * Tables of suppressions, erasures and pauses by fingerprint. Lists are passed as one JSON parameter: SQLite allows 100 parameters, and
 * batches are larger.
 */
export class SuppressionTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  find(fingerprint: string): SuppressionRecord | null {
    const query = 'SELECT reason, since FROM suppressed WHERE fingerprint = ?'
    return this.#db.row(suppressionRecord, query, fingerprint) ?? null
  }

  /** Suppressions of the given fingerprints; those that are not suppressed are absent. */
  recordsOf(fingerprints: readonly string[]): SuppressedPerson[] {
    return this.#db.rows(
      suppressionRow,
      `SELECT fingerprint, reason, since, at AS erasedAt FROM suppressed LEFT JOIN erased USING (fingerprint)
       WHERE fingerprint IN (SELECT value FROM json_each(?))`,
      JSON.stringify(fingerprints),
    )
  }

  storeErasure(fingerprint: string, at: number): void {
    this.#db.run('INSERT OR REPLACE INTO erased (fingerprint, at) VALUES (?, ?)', fingerprint, at)
  }

  /** When a person was erased (epoch ms); undefined when never, or when they joined since. */
  erasedAt(fingerprint: string): number | undefined {
    return this.#db.row(erasedRow, 'SELECT at FROM erased WHERE fingerprint = ?', fingerprint)?.at
  }

  /** The given fingerprints that are suppressed, or paused at `now` (epoch ms). */
  suppressedOrPaused(fingerprints: readonly string[], now: number): string[] {
    const rows = this.#db.rows(
      fingerprintRow,
      `SELECT value AS fingerprint FROM json_each(?1) WHERE value IN (SELECT fingerprint FROM suppressed)
       OR value IN (SELECT fingerprint FROM paused WHERE until > ?2)`,
      JSON.stringify(fingerprints),
      now,
    )
    return rows.map(({ fingerprint }) => fingerprint)
  }

  /** The given fingerprints that are suppressed. */
  suppressed(fingerprints: readonly string[]): string[] {
    const query = 'SELECT value AS fingerprint FROM json_each(?) WHERE value IN (SELECT fingerprint FROM suppressed)'
    return this.#db.rows(fingerprintRow, query, JSON.stringify(fingerprints)).map(({ fingerprint }) => fingerprint)
  }

  store(fingerprint: string, { reason, since }: SuppressionRecord): void {
    const insert = 'INSERT OR REPLACE INTO suppressed (fingerprint, reason, since) VALUES (?, ?, ?)'
    this.#db.run(insert, fingerprint, reason, since)
  }

  /** Lifts a suppression for another reason than an erasure. */
  remove(fingerprint: string): void {
    this.#db.run('DELETE FROM suppressed WHERE fingerprint = ?', fingerprint)
  }

  /** Lifts any suppression: the person has joined. */
  admit(fingerprint: string): void {
    this.remove(fingerprint)
    this.#db.run('DELETE FROM erased WHERE fingerprint = ?', fingerprint)
  }

  storePause(fingerprint: string, until: number): void {
    this.#db.run('INSERT OR REPLACE INTO paused (fingerprint, until) VALUES (?, ?)', fingerprint, until)
  }

  removePause(fingerprint: string): void {
    this.#db.run('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
  }

  /** Deletes pauses that are over at `now` (epoch ms). */
  dropEndedPauses(now: number): void {
    this.#db.run('DELETE FROM paused WHERE until <= ?', now)
  }

  /** End of a person's pause (epoch ms), or undefined when they are not paused at `now`. */
  pausedUntil(fingerprint: string, now: number): number | undefined {
    const query = 'SELECT until FROM paused WHERE fingerprint = ? AND until > ?'
    return this.#db.row(pausedRow, query, fingerprint, now)?.until
  }

  /** Number of suppressed people by reason. */
  counts(): Record<string, number> {
    const rows = this.#db.rows(countRow, 'SELECT reason, COUNT(*) AS people FROM suppressed GROUP BY reason')
    return Object.fromEntries(rows.map(({ reason, people }) => [reason, people]))
  }
}
