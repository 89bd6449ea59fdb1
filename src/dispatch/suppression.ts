import { DurableObject } from 'cloudflare:workers'
import { LIFETIME_MS } from '../security/token.ts'
import {
  type Admission,
  admission,
  BOUNCE_COUNTS_MS,
  type Departure,
  departing,
  isOutlived,
  reasonOf,
  type SuppressionReason,
} from './departed.ts'
import type { ProviderEvent } from './provider-event.ts'
import { emptyRun, type Run, SoftBounces, tooManySince, withBounce, withDelivery } from './soft-bounces.ts'

/**
 * Who must not be written to, by fingerprint: the one place that says so, asked before every call. Opt-outs stand here and not in
 * KV, because KV is a minute behind.
 */
export class Suppression extends DurableObject {
  readonly #soft: SoftBounces

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
    this.#soft = new SoftBounces(ctx.storage.sql)
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

  /** How those of the given have left who have. */
  departures(fingerprints: string[]): Array<Departure & { fingerprint: string }> {
    return this.ctx.storage.sql
      .exec<Departure & { fingerprint: string }>(
        'SELECT fingerprint, reason, since FROM departed WHERE fingerprint IN (SELECT value FROM json_each(?))',
        JSON.stringify(fingerprints),
      )
      .toArray()
  }

  /** Answers how they stood before: null if nothing kept anybody from writing to them. */
  suppress(fingerprint: string, reason: SuppressionReason, now: number): Departure | null {
    const before = this.#departure(fingerprint)
    this.#depart(fingerprint, departing(before, { reason, since: now }))
    return before
  }

  /**
   * What providers say of people; hearing it again, or in another order, changes nothing. Answers those who asked to be left alone, and
   * have not signed up since.
   */
  hear(events: ProviderEvent[], now: number): string[] {
    return this.ctx.storage.transactionSync(() => {
      const since = now - BOUNCE_COUNTS_MS
      const delivered = events.filter(({ kind, at }) => kind === 'delivered' && at >= since)
      for (const event of delivered) this.#arrived(event)
      const gone = new Set<string>()
      for (const event of events) {
        const { kind, permanence, fingerprint, at } = event
        if (isOutlived(event, this.#askedAt(fingerprint))) continue
        const reason = reasonOf(event, now)
        if (reason !== null) this.#left(fingerprint, { reason, since: at })
        else if (kind === 'bounced' && permanence === 'soft' && at >= since) this.#cameBack(event)
        if (reason !== null && reason !== 'bounced') gone.add(fingerprint)
      }
      return [...gone]
    })
  }

  /** One who stood here for soft bounces only now stands for what weighs more. */
  #left(fingerprint: string, departure: Departure): void {
    const before = this.#soft.of(fingerprint)?.tipped ? null : this.#departure(fingerprint)
    const after = departing(before, departure)
    if (before?.reason !== after.reason || before.since !== after.since) this.#depart(fingerprint, after)
  }

  #cameBack({ fingerprint, at, id, dispatch }: ProviderEvent): void {
    const known = this.#soft.of(fingerprint)
    if (known?.tipped !== true && this.#departure(fingerprint) !== null) return
    this.#judge(fingerprint, withBounce(known?.run ?? emptyRun(), { at, id: dispatch ?? id }))
  }

  #arrived({ fingerprint, at }: ProviderEvent): void {
    const known = this.#soft.of(fingerprint)
    if (known !== null) this.#judge(fingerprint, withDelivery(known.run, at))
  }

  /** Puts whoever has too many in a row among the departed, and takes out whose mail has arrived since. */
  #judge(fingerprint: string, run: Run): void {
    const since = tooManySince(run)
    const { sql } = this.ctx.storage
    if (since !== null) sql.exec('INSERT OR REPLACE INTO departed VALUES (?, ?, ?)', fingerprint, 'bounced', since)
    else if (this.#soft.of(fingerprint)?.tipped) sql.exec('DELETE FROM departed WHERE fingerprint = ?', fingerprint)
    this.#soft.keep(fingerprint, run, since !== null)
  }

  #depart(fingerprint: string, { reason, since }: Departure): void {
    const { sql } = this.ctx.storage
    sql.exec('INSERT OR REPLACE INTO departed VALUES (?, ?, ?)', fingerprint, reason, since)
    sql.exec('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    sql.exec('DELETE FROM admitted WHERE fingerprint = ?', fingerprint)
    this.#soft.forget(fingerprint)
  }

  /** Lets somebody in whose confirmation link was made at `linkIssuedAt`; an earlier departure is then lifted. */
  admit(fingerprint: string, linkIssuedAt: number): Admission {
    const { sql } = this.ctx.storage
    sql.exec('DELETE FROM admitted WHERE asked_at < ?', Date.now() - LIFETIME_MS.confirm) // no older link works any more
    const admitted = admission(this.#departure(fingerprint), this.#askedAt(fingerprint), linkIssuedAt)
    if (admitted === 'first') {
      this.#soft.forget(fingerprint)
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

  /** When the last link that let them in was asked for; null if none of those that still work did. */
  #askedAt(fingerprint: string): number | null {
    const [last] = this.ctx.storage.sql
      .exec<{ asked_at: number }>('SELECT asked_at FROM admitted WHERE fingerprint = ?', fingerprint)
      .toArray()
    return last?.asked_at ?? null
  }

  #departure(fingerprint: string): Departure | null {
    const [row] = this.ctx.storage.sql
      .exec<Departure>('SELECT reason, since FROM departed WHERE fingerprint = ?', fingerprint)
      .toArray()
    return row ?? null
  }
}
