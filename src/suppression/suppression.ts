import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import { LIFETIME_MS } from '../security/token.ts'
import { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import type { ProviderEvent } from './provider-event.ts'
import {
  emptyHistory,
  limitReachedAt,
  SOFT_BOUNCES_TABLE,
  type SoftBounceHistory,
  SoftBounces,
  withBounce,
  withDelivery,
} from './soft-bounces.ts'
import {
  type AdmissionOutcome,
  admissionOf,
  BOUNCE_COUNTS_MS,
  isOutdated,
  mergeSuppressions,
  reasonOf,
  type SuppressionReason,
  type SuppressionRecord,
  suppressionRecord,
} from './suppression-rules.ts'

/** Tables of the suppression object. WITHOUT ROWID makes an entry one written row instead of two. */
const STEPS: readonly MigrationStep[] = [
  {
    name: 'suppressed people, pauses, admissions, soft bounces',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE suppressed (fingerprint TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE paused (fingerprint TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE admission (fingerprint TEXT PRIMARY KEY, asked_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX admission_asked_at ON admission (asked_at);
        ${SOFT_BOUNCES_TABLE}`),
  },
]

const fingerprintRow = z.object({ fingerprint: z.string() })
const suppressionRow = suppressionRecord.extend(fingerprintRow.shape)
const pausedRow = z.object({ until: z.number() })
const admittedRow = z.object({ askedAt: z.number() })
const countRow = z.object({ reason: z.string(), people: z.int() })

/**
 * Durable Object that knows which fingerprints must not get mail. Every send checks it first. Opt-outs are not read from KV,
 * because KV may be a minute behind.
 */
export class Suppression extends DurableObject {
  readonly #db: Database
  readonly #soft: SoftBounces

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#soft = new SoftBounces(this.#db)
  }

  /**
   * The given fingerprints that are suppressed or paused. Passed as one JSON parameter: SQLite allows 100 parameters, and
   * batches are larger.
   */
  suppressedAmong(fingerprints: string[]): string[] {
    const rows = this.#db.rows(
      fingerprintRow,
      `SELECT value AS fingerprint FROM json_each(?1) WHERE value IN (SELECT fingerprint FROM suppressed)
       OR value IN (SELECT fingerprint FROM paused WHERE until > ?2)`,
      JSON.stringify(fingerprints),
      Date.now(),
    )
    return rows.map(({ fingerprint }) => fingerprint)
  }

  /**
   * Splits fingerprints into suppressed (`left`) and recently confirmed by a link (`admitted`), which KV may not show yet.
   * Paused people are in neither list.
   */
  membership(fingerprints: string[]): { left: string[]; admitted: string[] } {
    const list = JSON.stringify(fingerprints)
    const among = (table: 'suppressed' | 'admission') =>
      this.#db
        .rows(
          fingerprintRow,
          `SELECT value AS fingerprint FROM json_each(?) WHERE value IN (SELECT fingerprint FROM ${table})`,
          list,
        )
        .map(({ fingerprint }) => fingerprint)
    return { left: among('suppressed'), admitted: among('admission') }
  }

  /** Suppressions of the given fingerprints; those that are not suppressed are absent. */
  recordsOf(fingerprints: string[]): Array<SuppressionRecord & { fingerprint: string }> {
    return this.#db.rows(
      suppressionRow,
      'SELECT fingerprint, reason, since FROM suppressed WHERE fingerprint IN (SELECT value FROM json_each(?))',
      JSON.stringify(fingerprints),
    )
  }

  /** Suppresses a person. Returns the earlier suppression, or null if there was none. `now` is in epoch ms. */
  suppress(fingerprint: string, reason: SuppressionReason, now: number): SuppressionRecord | null {
    const before = this.#find(fingerprint)
    this.#replace(fingerprint, mergeSuppressions(before, { reason, since: now }))
    return before
  }

  /**
   * Applies provider events; repeating or reordering them changes nothing. Returns fingerprints of people who complained or
   * unsubscribed and have not signed up since.
   */
  record(events: ProviderEvent[], now: number): string[] {
    return this.#db.transaction(() => {
      const since = now - BOUNCE_COUNTS_MS
      const delivered = events.filter(({ kind, at }) => kind === 'delivered' && at >= since)
      for (const event of delivered) this.#recordDelivery(event)
      const unsubscribed = new Set<string>()
      for (const event of events) {
        const { kind, permanence, fingerprint, at } = event
        if (isOutdated(event, this.#askedAt(fingerprint))) continue
        const reason = reasonOf(event, now)
        if (reason !== null) this.#recordSuppression(fingerprint, { reason, since: at })
        else if (kind === 'bounced' && permanence === 'soft' && at >= since) this.#recordSoftBounce(event)
        if (reason !== null && reason !== 'bounced') unsubscribed.add(fingerprint)
      }
      return [...unsubscribed]
    })
  }

  /** Stores a suppression. A suppression for soft bounces only is replaced, not merged. */
  #recordSuppression(fingerprint: string, record: SuppressionRecord): void {
    const before = this.#soft.find(fingerprint)?.suppresses ? null : this.#find(fingerprint)
    const after = mergeSuppressions(before, record)
    if (before?.reason !== after.reason || before.since !== after.since) this.#replace(fingerprint, after)
  }

  #recordSoftBounce({ fingerprint, at, id, dispatch }: ProviderEvent): void {
    const known = this.#soft.find(fingerprint)
    if (known?.suppresses !== true && this.#find(fingerprint) !== null) return
    this.#applySoftBounces(fingerprint, withBounce(known?.history ?? emptyHistory(), { at, id: dispatch ?? id }))
  }

  #recordDelivery({ fingerprint, at }: ProviderEvent): void {
    const known = this.#soft.find(fingerprint)
    if (known !== null) this.#applySoftBounces(fingerprint, withDelivery(known.history, at))
  }

  /** Suppresses a person with too many consecutive soft bounces; lifts that suppression after a delivery. */
  #applySoftBounces(fingerprint: string, history: SoftBounceHistory): void {
    const since = limitReachedAt(history)
    if (since !== null) this.#write(fingerprint, { reason: 'bounced', since })
    else if (this.#soft.find(fingerprint)?.suppresses)
      this.#db.run('DELETE FROM suppressed WHERE fingerprint = ?', fingerprint)
    this.#soft.store(fingerprint, history, since !== null)
  }

  #replace(fingerprint: string, record: SuppressionRecord): void {
    this.#db.transaction(() => {
      this.#write(fingerprint, record)
      this.#db.run('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
      this.#db.run('DELETE FROM admission WHERE fingerprint = ?', fingerprint)
      this.#soft.remove(fingerprint)
    })
  }

  #write(fingerprint: string, { reason, since }: SuppressionRecord): void {
    const insert = 'INSERT OR REPLACE INTO suppressed (fingerprint, reason, since) VALUES (?, ?, ?)'
    this.#db.run(insert, fingerprint, reason, since)
  }

  /** Admits the person of a confirmation link issued at `linkIssuedAt` (epoch ms) and lifts an earlier suppression. */
  admit(fingerprint: string, linkIssuedAt: number): AdmissionOutcome {
    const stillWork = Date.now() - LIFETIME_MS.confirm
    this.#db.run('DELETE FROM admission WHERE asked_at < ?', stillWork) // no older link works any more
    const admitted = admissionOf(this.#find(fingerprint), this.#askedAt(fingerprint), linkIssuedAt)
    if (admitted === 'first')
      this.#db.transaction(() => {
        this.#soft.remove(fingerprint)
        const insert = 'INSERT OR REPLACE INTO admission (fingerprint, asked_at) VALUES (?, ?)'
        this.#db.run(insert, fingerprint, linkIssuedAt)
        this.#db.run('DELETE FROM suppressed WHERE fingerprint = ?', fingerprint)
      })
    return admitted
  }

  /** Pauses mail until a time (epoch ms); null ends the pause. No effect on suppressed people. */
  pause(fingerprint: string, until: number | null): void {
    if (until === null) this.#db.run('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    else if (this.#find(fingerprint) === null)
      this.#db.run('INSERT OR REPLACE INTO paused (fingerprint, until) VALUES (?, ?)', fingerprint, until)
  }

  /** A person's suppression, if any, and the end of their pause (epoch ms). */
  status(fingerprint: string): Partial<SuppressionRecord> & { pausedUntil?: number } {
    const query = 'SELECT until FROM paused WHERE fingerprint = ? AND until > ?'
    const pause = this.#db.row(pausedRow, query, fingerprint, Date.now())
    return { ...this.#find(fingerprint), ...(pause && { pausedUntil: pause.until }) }
  }

  /** Number of suppressed people by reason. */
  counts(): Record<string, number> {
    const rows = this.#db.rows(countRow, 'SELECT reason, COUNT(*) AS people FROM suppressed GROUP BY reason')
    return Object.fromEntries(rows.map(({ reason, people }) => [reason, people]))
  }

  /** When the link that last admitted a person was issued (epoch ms); null if none that is still valid. */
  #askedAt(fingerprint: string): number | null {
    const query = 'SELECT asked_at AS askedAt FROM admission WHERE fingerprint = ?'
    return this.#db.row(admittedRow, query, fingerprint)?.askedAt ?? null
  }

  #find(fingerprint: string): SuppressionRecord | null {
    const query = 'SELECT reason, since FROM suppressed WHERE fingerprint = ?'
    return this.#db.row(suppressionRecord, query, fingerprint) ?? null
  }
}
