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

/** WITHOUT ROWID: the key is the table, so an entry is one row written and not two. */
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
 * Who must not be written to, by fingerprint: the one place that says so, asked before every call. Opt-outs stand here and not in
 * KV, because KV is a minute behind.
 */
export class Suppression extends DurableObject {
  readonly #db: Database
  readonly #soft: SoftBounces

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#soft = new SoftBounces(this.#db)
  }

  /** Those of the given who have left or are pausing. One JSON parameter: SQLite takes 100 here, and batches are larger. */
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
   * Of the given: who has left, whatever the reason, and who came in by a link of their own lately, which KV may not show yet. Somebody
   * who is pausing has not left.
   */
  membership(fingerprints: string[]): { left: string[]; admitted: string[] } {
    const asked = JSON.stringify(fingerprints)
    const among = (table: 'suppressed' | 'admission') =>
      this.#db
        .rows(
          fingerprintRow,
          `SELECT value AS fingerprint FROM json_each(?) WHERE value IN (SELECT fingerprint FROM ${table})`,
          asked,
        )
        .map(({ fingerprint }) => fingerprint)
    return { left: among('suppressed'), admitted: among('admission') }
  }

  /** How those of the given have left who have. */
  recordsOf(fingerprints: string[]): Array<SuppressionRecord & { fingerprint: string }> {
    return this.#db.rows(
      suppressionRow,
      'SELECT fingerprint, reason, since FROM suppressed WHERE fingerprint IN (SELECT value FROM json_each(?))',
      JSON.stringify(fingerprints),
    )
  }

  /** Answers how they stood before: null if nothing kept anybody from writing to them. */
  suppress(fingerprint: string, reason: SuppressionReason, now: number): SuppressionRecord | null {
    const before = this.#find(fingerprint)
    this.#replace(fingerprint, mergeSuppressions(before, { reason, since: now }))
    return before
  }

  /**
   * What providers say of people; hearing it again, or in another order, changes nothing. Answers those who asked to be left alone, and
   * have not signed up since.
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

  /** One who stood here for soft bounces only now stands for what weighs more. */
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

  /** Puts whoever has too many in a row among the suppressed, and takes out whose mail has arrived since. */
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

  /** Lets somebody in whose confirmation link was made at `linkIssuedAt`; an earlier departure is then lifted. */
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

  /** Who has left has nothing to pause. */
  pause(fingerprint: string, until: number | null): void {
    if (until === null) this.#db.run('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    else if (this.#find(fingerprint) === null)
      this.#db.run('INSERT OR REPLACE INTO paused (fingerprint, until) VALUES (?, ?)', fingerprint, until)
  }

  status(fingerprint: string): Partial<SuppressionRecord> & { pausedUntil?: number } {
    const query = 'SELECT until FROM paused WHERE fingerprint = ? AND until > ?'
    const pause = this.#db.row(pausedRow, query, fingerprint, Date.now())
    return { ...this.#find(fingerprint), ...(pause && { pausedUntil: pause.until }) }
  }

  counts(): Record<string, number> {
    const rows = this.#db.rows(countRow, 'SELECT reason, COUNT(*) AS people FROM suppressed GROUP BY reason')
    return Object.fromEntries(rows.map(({ reason, people }) => [reason, people]))
  }

  /** When the last link that let them in was asked for; null if none of those that still work did. */
  #askedAt(fingerprint: string): number | null {
    const query = 'SELECT asked_at AS askedAt FROM admission WHERE fingerprint = ?'
    return this.#db.row(admittedRow, query, fingerprint)?.askedAt ?? null
  }

  #find(fingerprint: string): SuppressionRecord | null {
    const query = 'SELECT reason, since FROM suppressed WHERE fingerprint = ?'
    return this.#db.row(suppressionRecord, query, fingerprint) ?? null
  }
}
