/** Drafts that may wait in one campaign: a week of them at a rate no campaign has had; beyond it somebody is filling it. */
export const MAX_DRAFTS = 50_000

export type DraftRow = { id: string; sealed: string; at: number }

/** What was typed and waits, sealed, for the button behind its link. */
export class DraftState {
  readonly #sql: SqlStorage
  readonly #table: 'draft' | 'voice_draft'

  constructor(sql: SqlStorage, table: 'draft' | 'voice_draft' = 'draft') {
    this.#sql = sql
    this.#table = table
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`,
    )
    // Counting them, and finding those whose time is over, must not read through all that was typed.
    sql.exec(`CREATE INDEX IF NOT EXISTS ${table}_at ON ${table} (at)`)
  }

  /** False when too many wait. */
  keep({ id, sealed, at }: DraftRow): boolean {
    if (this.#sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${this.#table}`).one().n >= MAX_DRAFTS) return false
    this.#sql.exec(`INSERT INTO ${this.#table} VALUES (?, ?, ?)`, id, sealed, at)
    return true
  }

  get(id: string): DraftRow | undefined {
    return this.#sql.exec<DraftRow>(`SELECT id, sealed, at FROM ${this.#table} WHERE id = ?`, id).toArray()[0]
  }

  drop(id: string): void {
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE id = ?`, id)
  }

  dropBefore(at: number): void {
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE at < ?`, at)
  }

  oldestAt(): number | null {
    return this.#sql.exec<{ at: number | null }>(`SELECT MIN(at) AS at FROM ${this.#table}`).one().at
  }

  clear(): void {
    this.#sql.exec(`DELETE FROM ${this.#table}`)
  }
}
