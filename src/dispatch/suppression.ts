import { DurableObject } from 'cloudflare:workers'
import { LIFETIME_MS } from '../security/token.ts'
import { type Admission, admission, type Departure, departing, type SuppressionReason } from './departed.ts'

/**
 * Who must not be written to, by fingerprint: the one place that says so, asked before every call. Opt-outs stand here and not in
 * KV, because KV is a minute behind.
 */
export class Suppression extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env)
    // WITHOUT ROWID: the key is the table, so an entry is one row written and not two.
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS departed (
      fingerprint TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID`)
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS paused (
      fingerprint TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID`)
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS admitted (
      fingerprint TEXT PRIMARY KEY, asked_at INTEGER NOT NULL) WITHOUT ROWID`)
    ctx.storage.sql.exec('CREATE INDEX IF NOT EXISTS admitted_when ON admitted (asked_at)')
  }

  /** Those of the given who have left or are pausing. One JSON parameter: SQLite takes 100 here, and batches are larger. */
  among(fingerprints: string[]): string[] {
    return this.ctx.storage.sql
      .exec<{ fingerprint: string }>(
        `SELECT value AS fingerprint FROM json_each(?1) WHERE value IN (SELECT fingerprint FROM departed)
         OR value IN (SELECT fingerprint FROM paused WHERE until > ?2)`,
        JSON.stringify(fingerprints),
        Date.now(),
      )
      .toArray()
      .map((row) => row.fingerprint)
  }

  /**
   * Of the given: who has left, whatever the reason, and who came in by a link of their own lately, which KV may not show yet. Somebody
   * who is pausing has not left.
   */
  membership(fingerprints: string[]): { left: string[]; admitted: string[] } {
    const among = (table: 'departed' | 'admitted') =>
      this.ctx.storage.sql
        .exec<{ fingerprint: string }>(
          `SELECT value AS fingerprint FROM json_each(?) WHERE value IN (SELECT fingerprint FROM ${table})`,
          JSON.stringify(fingerprints),
        )
        .toArray()
        .map((row) => row.fingerprint)
    return { left: among('departed'), admitted: among('admitted') }
  }

  /** Answers how they stood before: null if nothing kept anybody from writing to them. */
  suppress(fingerprint: string, reason: SuppressionReason, now: number): Departure | null {
    const { sql } = this.ctx.storage
    const before = this.#departure(fingerprint)
    const { reason: standing, since } = departing(before, { reason, since: now })
    sql.exec('INSERT OR REPLACE INTO departed VALUES (?, ?, ?)', fingerprint, standing, since)
    sql.exec('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    sql.exec('DELETE FROM admitted WHERE fingerprint = ?', fingerprint)
    return before
  }

  /** Lets somebody in whose confirmation link was made at `linkIssuedAt`; an earlier departure is then lifted. */
  admit(fingerprint: string, linkIssuedAt: number): Admission {
    const { sql } = this.ctx.storage
    sql.exec('DELETE FROM admitted WHERE asked_at < ?', Date.now() - LIFETIME_MS.confirm) // no older link works any more
    const [last] = sql
      .exec<{ asked_at: number }>('SELECT asked_at FROM admitted WHERE fingerprint = ?', fingerprint)
      .toArray()
    const admitted = admission(this.#departure(fingerprint), last?.asked_at ?? null, linkIssuedAt)
    if (admitted === 'first') {
      sql.exec('INSERT OR REPLACE INTO admitted VALUES (?, ?)', fingerprint, linkIssuedAt)
      sql.exec('DELETE FROM departed WHERE fingerprint = ?', fingerprint)
    }
    return admitted
  }

  /** Who has left has nothing to pause. */
  pause(fingerprint: string, until: number | null): void {
    if (until === null) this.ctx.storage.sql.exec('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    else if (this.#departure(fingerprint) === null)
      this.ctx.storage.sql.exec('INSERT OR REPLACE INTO paused VALUES (?, ?)', fingerprint, until)
  }

  standing(fingerprint: string): Partial<Departure> & { pausedUntil?: number } {
    const departure = this.#departure(fingerprint)
    const [pause] = this.ctx.storage.sql
      .exec<{ until: number }>('SELECT until FROM paused WHERE fingerprint = ? AND until > ?', fingerprint, Date.now())
      .toArray()
    return { ...departure, ...(pause && { pausedUntil: pause.until }) }
  }

  counts(): Record<string, number> {
    const rows = this.ctx.storage.sql
      .exec<{ reason: string; people: number }>('SELECT reason, COUNT(*) AS people FROM departed GROUP BY reason')
      .toArray()
    return Object.fromEntries(rows.map((row) => [row.reason, row.people]))
  }

  #departure(fingerprint: string): Departure | null {
    const [row] = this.ctx.storage.sql
      .exec<Departure>('SELECT reason, since FROM departed WHERE fingerprint = ?', fingerprint)
      .toArray()
    return row ?? null
  }
}
