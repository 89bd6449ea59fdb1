import * as z from 'zod'
import type { Database } from '../storage/database.ts'

export const ADMISSIONS_TABLE = `
  CREATE TABLE admission (fingerprint TEXT PRIMARY KEY, asked_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX admission_asked_at ON admission (asked_at)`

const fingerprintRow = z.object({ fingerprint: z.string() })
const admittedRow = z.object({ askedAt: z.number() })

/** Table of people whom a confirmation link has admitted, while that link is still valid. */
export class Admissions {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** When the link that last admitted a person was issued (epoch ms); null if none that is still valid. */
  askedAt(fingerprint: string): number | null {
    const query = 'SELECT asked_at AS askedAt FROM admission WHERE fingerprint = ?'
    return this.#db.row(admittedRow, query, fingerprint)?.askedAt ?? null
  }

  /** The given fingerprints that are admitted. */
  among(fingerprints: readonly string[]): string[] {
    const query = 'SELECT value AS fingerprint FROM json_each(?) WHERE value IN (SELECT fingerprint FROM admission)'
    return this.#db.rows(fingerprintRow, query, JSON.stringify(fingerprints)).map(({ fingerprint }) => fingerprint)
  }

  store(fingerprint: string, linkIssuedAt: number): void {
    const insert = 'INSERT OR REPLACE INTO admission (fingerprint, asked_at) VALUES (?, ?)'
    this.#db.run(insert, fingerprint, linkIssuedAt)
  }

  remove(fingerprint: string): void {
    this.#db.run('DELETE FROM admission WHERE fingerprint = ?', fingerprint)
  }

  /** Deletes admissions by links issued before a time (epoch ms). */
  dropBefore(issuedAt: number): void {
    this.#db.run('DELETE FROM admission WHERE asked_at < ?', issuedAt)
  }
}
