import * as z from 'zod'
import { jsonText } from '../../kit/parse-json.ts'
import type { Database } from '../../storage/database.ts'
import { FORMATS } from '../export/format.ts'

/** Transfers on one page of the log. */
export const TRANSFERS_PAGE = 200

/**
 * An import or export of a list. `by`: the token's name. Times are in epoch ms. `share`: of an export, the first digits of the
 * exported fingerprints; empty for all supporters.
 */
const transfer = z.object({
  id: z.string(),
  kind: z.enum(['import', 'export']),
  by: z.string(),
  at: z.number(),
  format: z.enum(FORMATS),
  state: z.string(),
  counts: z.record(z.string(), z.int()),
  finishedAt: z.number().nullable(),
  share: z.string().nullable(),
})
export type Transfer = z.infer<typeof transfer>

export const TRANSFERS_TABLE = `CREATE TABLE transfer (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, format TEXT NOT NULL, state TEXT NOT NULL,
  counts TEXT NOT NULL, finished_at INTEGER, share TEXT) WITHOUT ROWID`
const row = transfer.extend({ counts: jsonText(transfer.shape.counts) })

/** Permanent log of imports and exports. It contains no personal data, only names of tokens. */
export class Transfers {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  record({ id, kind, by, at, format, state, counts, finishedAt, share }: Transfer): void {
    const values = [id, kind, by, at, format, state, JSON.stringify(counts), finishedAt, share]
    this.#db.run(
      `INSERT OR REPLACE INTO transfer (id, kind, by, at, format, state, counts, finished_at, share)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...values,
    )
  }

  /**
   * One page of transfers, newest first. `kind` null means both kinds; `before` is the id of the last transfer of the previous
   * page.
   */
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
    return this.#db.rows(
      row,
      `SELECT id, kind, by, at, format, state, counts, finished_at AS finishedAt, share FROM transfer ${where}`,
      ...values,
    )
  }
}
