import type { ListFormat } from './list-format.ts'

/** Transfers told at once: a page of the record. */
export const TRANSFERS_PAGE = 200

/**
 * That somebody brought in or took out a list. `by`: the token's name; times in epoch ms. `share`: of an export, the digits with which the
 * fingerprints of those taken out begin, '' for everybody.
 */
export type Transfer = {
  id: string
  kind: 'import' | 'export'
  by: string
  at: number
  format: ListFormat
  state: string
  counts: Record<string, number>
  finishedAt: number | null
  share: string | null
}

type Row = Omit<Transfer, 'counts'> & { counts: string }

/** The record of transfers, kept for good: it names nobody but the tokens. */
export class Transfers {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  note({ id, kind, by, at, format, state, counts, finishedAt, share }: Transfer): void {
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS transfer (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, format TEXT NOT NULL, state TEXT NOT NULL,
      counts TEXT NOT NULL, finishedAt INTEGER, share TEXT) WITHOUT ROWID`)
    this.#sql.exec(
      'INSERT OR REPLACE INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      kind,
      by,
      at,
      format,
      state,
      JSON.stringify(counts),
      finishedAt,
      share,
    )
  }

  /** Newest first; of one kind or of both, those that come behind the transfer `before`. */
  list(kind: Transfer['kind'] | null, before: string | null): Transfer[] {
    return this.#rows(
      `WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR (at, id) < (SELECT at, id FROM transfer WHERE id = ?2))
       ORDER BY at DESC, id DESC LIMIT ?3`,
      kind,
      before,
      TRANSFERS_PAGE,
    )
  }

  find(id: string): Transfer | null {
    return this.#rows('WHERE id = ?', id)[0] ?? null
  }

  #rows(where: string, ...values: SqlStorageValue[]): Transfer[] {
    if (!this.#isMade()) return []
    return this.#sql
      .exec<Row>(`SELECT * FROM transfer ${where}`, ...values)
      .toArray()
      .map((row) => ({ ...row, counts: JSON.parse(row.counts) }))
  }

  /** Not before anything was noted: objects of single imports never have it. */
  #isMade(): boolean {
    return this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'transfer'").toArray().length > 0
  }
}
