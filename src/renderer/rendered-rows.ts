import * as z from 'zod'
import { DAY_MS } from '../kit/durations.ts'
import { blob, type Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'

/** Days after its last use for which a result is kept. The texts were public, but a name in them may be withdrawn. */
const KEPT_DAYS = 30
/** Milliseconds after which a use is noted again, so that a read seldom writes a row. */
const NOTED_MS = DAY_MS
/** Most bytes of one result. The platform allows 2 MB in a row; a larger one is made anew each time. */
const MAX_BYTES = 1_900_000

export const RENDERED_STEPS: readonly MigrationStep[] = [
  {
    name: 'rendered results',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE rendered (
          hash TEXT PRIMARY KEY, slug TEXT NOT NULL, revision TEXT NOT NULL, used_at INTEGER NOT NULL, bytes BLOB NOT NULL)`),
  },
]

/** The revision of a campaign that a result is made of; null for e-mails without a campaign. */
export type RenderedFrom = { slug: string; revision: string } | null

const bytesRow = z.object({ bytes: blob, usedAt: z.number() })
const slugRow = z.object({ slug: z.string() })

/** Results of a renderer by the hash of everything that they are made of. `now` is in epoch ms. */
export class RenderedRows {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The stored bytes; undefined when there are none. */
  find(hash: string, now: number): Uint8Array<ArrayBuffer> | undefined {
    const row = this.#db.row(bytesRow, 'SELECT bytes, used_at AS usedAt FROM rendered WHERE hash = ?', hash)
    if (row === undefined) return undefined
    if (row.usedAt < now - NOTED_MS) this.#db.run('UPDATE rendered SET used_at = ? WHERE hash = ?', now, hash)
    return row.bytes
  }

  add(hash: string, from: RenderedFrom, bytes: Uint8Array<ArrayBuffer>, now: number): void {
    if (bytes.length > MAX_BYTES) return
    const { slug, revision } = from ?? { slug: '', revision: '' }
    const insert = 'INSERT OR REPLACE INTO rendered (hash, slug, revision, used_at, bytes) VALUES (?, ?, ?, ?, ?)'
    this.#db.run(insert, hash, slug, revision, now, bytes)
  }

  /** Deletes what was made of other revisions of a campaign than `revision`, or of all if it is null. */
  keepOnly(slug: string, revision: string | null): void {
    this.#db.run('DELETE FROM rendered WHERE slug = ? AND revision IS NOT ?', slug, revision)
  }

  dropUnused(now: number): void {
    this.#db.run('DELETE FROM rendered WHERE used_at < ?', now - KEPT_DAYS * DAY_MS)
  }

  /** Slugs of the campaigns that something is stored of. */
  slugs(): string[] {
    const rows = this.#db.rows(slugRow, "SELECT DISTINCT slug FROM rendered WHERE slug <> ''")
    return rows.map(({ slug }) => slug)
  }

  isEmpty(): boolean {
    return !this.#db.has('SELECT 1 FROM rendered LIMIT 1')
  }
}
