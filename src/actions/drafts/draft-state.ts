import * as z from 'zod'
import type { Database } from '../../storage/database.ts'

/** Drafts that may wait in one campaign: a week of them at a rate no campaign has had; beyond it somebody is filling it. */
export const MAX_DRAFTS = 50_000

/** By their time, so that finding those whose time is over does not read through all that was typed. */
export const DRAFT_TABLES = `
  CREATE TABLE letter_draft (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX letter_draft_at ON letter_draft (at);
  CREATE TABLE submission_draft (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX submission_draft_at ON submission_draft (at)`

const draftRow = z.object({ id: z.string(), sealed: z.string(), at: z.number() })
export type DraftRow = z.infer<typeof draftRow>
const idRow = z.object({ id: z.string() })
const oldestRow = z.object({ at: z.number().nullable() })

/** What was typed and waits, sealed, for the button behind its link. */
export class DraftState {
  readonly #db: Database
  readonly #table: 'letter_draft' | 'submission_draft'
  #waiting: number | undefined // counted when a draft comes first, and with every change from then on

  constructor(db: Database, table: 'letter_draft' | 'submission_draft') {
    this.#db = db
    this.#table = table
    db.keepInSync(() => {
      this.#waiting = undefined
    })
  }

  /** False when too many wait. */
  insert({ id, sealed, at }: DraftRow): boolean {
    this.#waiting ??= this.#db.count(`SELECT COUNT(*) FROM ${this.#table}`)
    if (this.#waiting >= MAX_DRAFTS) return false
    this.#db.run(`INSERT INTO ${this.#table} (id, sealed, at) VALUES (?, ?, ?)`, id, sealed, at)
    this.#waiting++
    return true
  }

  find(id: string): DraftRow | undefined {
    return this.#db.row(draftRow, `SELECT id, sealed, at FROM ${this.#table} WHERE id = ?`, id)
  }

  delete(id: string): void {
    this.#delete('id = ?', id)
  }

  deleteBefore(at: number): void {
    this.#delete('at < ?', at)
  }

  oldestAt(): number | null {
    return this.#db.one(oldestRow, `SELECT MIN(at) AS at FROM ${this.#table}`).at
  }

  clear(): void {
    this.#db.run(`DELETE FROM ${this.#table}`)
    this.#waiting = 0
  }

  #delete(where: string, value: string | number): void {
    const gone = this.#db.rows(idRow, `DELETE FROM ${this.#table} WHERE ${where} RETURNING id`, value)
    if (this.#waiting !== undefined) this.#waiting -= gone.length
  }
}
