import * as z from 'zod'
import { jsonText } from '../kit/parse-json.ts'
import type { Database } from '../storage/database.ts'
import { LISTED_KINDS } from './place-table.ts'

export const ERASURE_TABLE = `CREATE TABLE erasure (
  fingerprint TEXT PRIMARY KEY, mailbox TEXT NOT NULL, after TEXT, again TEXT NOT NULL, tries INTEGER NOT NULL,
  due_at INTEGER NOT NULL) WITHOUT ROWID`

const again = z.array(z.object({ kind: z.enum([...LISTED_KINDS, 'mailbox']), name: z.string() }))
const row = z.object({
  fingerprint: z.string(),
  mailbox: z.string(), // fingerprint of the mailbox; empty when it is not known
  after: z.string().nullable(), // key of the last place that was reached; null once all were
  again: jsonText(again), // places that did not answer, or hold something that cannot be deleted yet
  tries: z.int(),
})
/** An erasure that is under way, and how far it has come. */
export type Erasure = z.infer<typeof row>
const nextRow = z.object({ next: z.number().nullable() })

/** Erasures under way, by fingerprint. A row exists only until every place has answered. */
export class ErasureTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  store({ fingerprint, mailbox, after, again, tries }: Erasure, dueAt: number): void {
    const columns = 'fingerprint, mailbox, after, again, tries, due_at'
    const values = [fingerprint, mailbox, after, JSON.stringify(again), tries, dueAt]
    this.#db.run(`INSERT OR REPLACE INTO erasure (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, ...values)
  }

  due(now: number): Erasure[] {
    const query = 'SELECT fingerprint, mailbox, after, again, tries FROM erasure WHERE due_at <= ? ORDER BY due_at'
    return this.#db.rows(row, query, now)
  }

  remove(fingerprint: string): void {
    this.#db.run('DELETE FROM erasure WHERE fingerprint = ?', fingerprint)
  }

  nextAt(): number | null {
    return this.#db.one(nextRow, 'SELECT MIN(due_at) AS next FROM erasure').next
  }
}
