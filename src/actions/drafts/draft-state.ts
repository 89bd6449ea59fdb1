import * as z from 'zod'
import type { Database, StoredEntry } from '../../storage/database.ts'
import type { StepStorage } from '../../storage/migrate.ts'

/** Drafts of one kind that may wait in one campaign: a week's worth at a rate above any real campaign. More is an attack. */
export const MAX_DRAFTS = 50_000
/** Expired drafts deleted at once: the work of one alarm then has a limit, however many forms were never confirmed. */
const EXPIRED_AT_ONCE = 500

/** The indexes by time let expired drafts be found without reading through all sealed texts. */
export const DRAFT_TABLES = `
  CREATE TABLE letter_draft (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX letter_draft_at ON letter_draft (at);
  CREATE TABLE submission_draft (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX submission_draft_at ON submission_draft (at)`

export type DraftTable = 'letter_draft' | 'submission_draft'

/** A stored draft. `at` is the time it was stored, in epoch ms. */
const draftRow = z.object({ id: z.string(), sealed: z.string(), at: z.number() })
type DraftRow = z.infer<typeof draftRow>
const idRow = z.object({ id: z.string() })
const oldestRow = z.object({ at: z.number().nullable() })

/** Keys of the running counts. */
const COUNT_KEYS = { letter_draft: 'letter-drafts', submission_draft: 'submission-drafts' } as const

/** Counts the drafts that an earlier version stored. */
export function countStoredDrafts({ sql, kv }: StepStorage): void {
  kv.put(COUNT_KEYS.letter_draft, Number(sql.exec('SELECT COUNT(*) AS n FROM letter_draft').one().n))
  kv.put(COUNT_KEYS.submission_draft, Number(sql.exec('SELECT COUNT(*) AS n FROM submission_draft').one().n))
}

/** One table of drafts, in SQL alone: nothing is sealed or opened here. */
export class DraftState {
  readonly #db: Database
  readonly #table: DraftTable
  readonly #count: StoredEntry<number>

  constructor(db: Database, table: DraftTable) {
    this.#db = db
    this.#table = table
    this.#count = table === 'letter_draft' ? db.entry('letter-drafts', z.int()) : db.entry('submission-drafts', z.int())
  }

  /** Returns false, and stores nothing, when MAX_DRAFTS drafts wait. */
  insert({ id, sealed, at }: DraftRow): boolean {
    const waiting = this.count()
    if (waiting >= MAX_DRAFTS) return false
    this.#db.transaction(() => {
      this.#db.run(`INSERT INTO ${this.#table} (id, sealed, at) VALUES (?, ?, ?)`, id, sealed, at)
      this.#count.put(waiting + 1)
    })
    return true
  }

  /** Number of stored drafts, kept as a running count. */
  count(): number {
    return this.#count.get() ?? 0
  }

  find(id: string): DraftRow | undefined {
    return this.#db.row(draftRow, `SELECT id, sealed, at FROM ${this.#table} WHERE id = ?`, id)
  }

  delete(id: string): void {
    this.#delete('id = ?', id)
  }

  /** Deletes drafts that were stored before this time (epoch ms), the oldest first, at most `EXPIRED_AT_ONCE`. */
  deleteBefore(at: number): void {
    this.#delete(`id IN (SELECT id FROM ${this.#table} WHERE at < ? ORDER BY at LIMIT ${EXPIRED_AT_ONCE})`, at)
  }

  /** When the oldest draft was stored (epoch ms), or null when there is none. */
  oldestAt(): number | null {
    return this.#db.one(oldestRow, `SELECT MIN(at) AS at FROM ${this.#table}`).at
  }

  clear(): void {
    if (this.count() === 0) return
    this.#db.transaction(() => {
      this.#db.run(`DELETE FROM ${this.#table}`)
      this.#count.put(0)
    })
  }

  #delete(where: string, value: string | number): void {
    this.#db.transaction(() => {
      const deleted = this.#db.rows(idRow, `DELETE FROM ${this.#table} WHERE ${where} RETURNING id`, value)
      if (deleted.length > 0) this.#count.put(this.count() - deleted.length)
    })
  }
}
