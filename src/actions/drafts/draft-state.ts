import * as z from 'zod'
import type { Database } from '../../storage/database.ts'

/** Drafts of one kind that may wait in one campaign: a week's worth at a rate above any real campaign. More is an attack. */
export const MAX_DRAFTS = 50_000

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

/** One table of drafts, in SQL alone: nothing is sealed or opened here. */
export class DraftState {
  readonly #db: Database
  readonly #table: DraftTable
  #count: number | undefined // counted with the first insert, and kept up to date from then on

  constructor(db: Database, table: DraftTable) {
    this.#db = db
    this.#table = table
    db.keepInSync(() => {
      this.#count = undefined
    })
  }

  /** Returns false, and stores nothing, when MAX_DRAFTS drafts wait. */
  insert({ id, sealed, at }: DraftRow): boolean {
    this.#count ??= this.#db.count(`SELECT COUNT(*) FROM ${this.#table}`)
    if (this.#count >= MAX_DRAFTS) return false
    this.#db.run(`INSERT INTO ${this.#table} (id, sealed, at) VALUES (?, ?, ?)`, id, sealed, at)
    this.#count++
    return true
  }

  find(id: string): DraftRow | undefined {
    return this.#db.row(draftRow, `SELECT id, sealed, at FROM ${this.#table} WHERE id = ?`, id)
  }

  delete(id: string): void {
    this.#delete('id = ?', id)
  }

  /** Deletes drafts that were stored before this time (epoch ms). */
  deleteBefore(at: number): void {
    this.#delete('at < ?', at)
  }

  /** When the oldest draft was stored (epoch ms), or null when there is none. */
  oldestAt(): number | null {
    return this.#db.one(oldestRow, `SELECT MIN(at) AS at FROM ${this.#table}`).at
  }

  clear(): void {
    this.#db.run(`DELETE FROM ${this.#table}`)
    this.#count = 0
  }

  #delete(where: string, value: string | number): void {
    const deleted = this.#db.rows(idRow, `DELETE FROM ${this.#table} WHERE ${where} RETURNING id`, value)
    if (this.#count !== undefined) this.#count -= deleted.length
  }
}
