import type { ListFormat } from './list-format.ts'

/** Transfers told at once, the newest. */
const LISTED = 200

/** That somebody brought in or took out a list. `by`: the token's name; times in epoch ms. */
export type Transfer = {
  id: string
  kind: 'import' | 'export'
  by: string
  at: number
  format: ListFormat
  state: string
  counts: Record<string, number>
  finishedAt: number | null
}

type Row = Omit<Transfer, 'counts'> & { counts: string }

/** The record of transfers, kept for good: it names nobody but the tokens. */
export class Transfers {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  note({ id, kind, by, at, format, state, counts, finishedAt }: Transfer): void {
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS transfer (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, format TEXT NOT NULL, state TEXT NOT NULL,
      counts TEXT NOT NULL, finishedAt INTEGER) WITHOUT ROWID`)
    this.#sql.exec(
      'INSERT OR REPLACE INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      kind,
      by,
      at,
      format,
      state,
      JSON.stringify(counts),
      finishedAt,
    )
  }

  /** Newest first; of one kind or of both. */
  list(kind: Transfer['kind'] | null): Transfer[] {
    return this.#rows('WHERE ?1 IS NULL OR kind = ?1 ORDER BY at DESC LIMIT ?2', kind, LISTED)
  }

  find(id: string): Transfer | null {
    return this.#rows('WHERE id = ?', id)[0] ?? null
  }

  #rows(where: string, ...values: SqlStorageValue[]): Transfer[] {
    const known = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'transfer'").toArray().length > 0
    if (!known) return []
    return this.#sql
      .exec<Row>(`SELECT * FROM transfer ${where}`, ...values)
      .toArray()
      .map((row) => ({ ...row, counts: JSON.parse(row.counts) }))
  }
}
