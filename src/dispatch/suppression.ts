import { DurableObject } from 'cloudflare:workers'
import { outranks, type SuppressionReason, survives } from './departed.ts'

type Entry = { reason: SuppressionReason; since: number }

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

  suppress(fingerprint: string, reason: SuppressionReason, now: number): void {
    const entry = this.#entry(fingerprint)
    if (entry !== null && outranks(entry.reason, reason)) return
    this.ctx.storage.sql.exec('INSERT OR REPLACE INTO departed VALUES (?, ?, ?)', fingerprint, reason, now)
    this.ctx.storage.sql.exec('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
  }

  /**
   * Lets somebody in whose confirmation link was made at `linkIssuedAt`. False when they left after that, or complained; otherwise
   * their earlier departure is lifted.
   */
  admit(fingerprint: string, linkIssuedAt: number): boolean {
    const entry = this.#entry(fingerprint)
    if (entry === null) return true
    if (survives(entry, linkIssuedAt)) return false
    this.ctx.storage.sql.exec('DELETE FROM departed WHERE fingerprint = ?', fingerprint)
    return true
  }

  pause(fingerprint: string, until: number | null): void {
    if (until === null) this.ctx.storage.sql.exec('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    else this.ctx.storage.sql.exec('INSERT OR REPLACE INTO paused VALUES (?, ?)', fingerprint, until)
  }

  standing(fingerprint: string): { reason?: SuppressionReason; since?: number; pausedUntil?: number } {
    const entry = this.#entry(fingerprint)
    const [pause] = this.ctx.storage.sql
      .exec<{ until: number }>('SELECT until FROM paused WHERE fingerprint = ? AND until > ?', fingerprint, Date.now())
      .toArray()
    return { ...entry, ...(pause && { pausedUntil: pause.until }) }
  }

  counts(): Record<string, number> {
    const rows = this.ctx.storage.sql
      .exec<{ reason: string; people: number }>('SELECT reason, COUNT(*) AS people FROM departed GROUP BY reason')
      .toArray()
    return Object.fromEntries(rows.map((row) => [row.reason, row.people]))
  }

  #entry(fingerprint: string): Entry | null {
    const [row] = this.ctx.storage.sql
      .exec<{ reason: SuppressionReason; since: number }>(
        'SELECT reason, since FROM departed WHERE fingerprint = ?',
        fingerprint,
      )
      .toArray()
    return row ?? null
  }
}
