import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import { LIFETIME_MS } from '../security/token.ts'
import { Database } from '../storage/database.ts'
import type { Step } from '../storage/migrate.ts'
import type { ProviderEvent } from './provider-event.ts'
import {
  emptyRun,
  type Run,
  SOFT_BOUNCES_TABLE,
  SoftBounces,
  tooManySince,
  withBounce,
  withDelivery,
} from './soft-bounces.ts'
import {
  type Admission,
  admission,
  BOUNCE_COUNTS_MS,
  type Departure,
  departing,
  departureSchema,
  isOutlived,
  reasonOf,
  type SuppressionReason,
} from './suppression-rules.ts'

/** WITHOUT ROWID: the key is the table, so an entry is one row written and not two. */
const STEPS: readonly Step[] = [
  {
    name: 'who left, pauses, or came in',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE departed (fingerprint TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE paused (fingerprint TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE admitted (fingerprint TEXT PRIMARY KEY, asked_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX admitted_when ON admitted (asked_at);
        ${SOFT_BOUNCES_TABLE}`),
  },
]

const fingerprintRow = z.object({ fingerprint: z.string() })
const departureRow = departureSchema.extend(fingerprintRow.shape)
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
  among(fingerprints: string[]): string[] {
    const rows = this.#db.rows(
      fingerprintRow,
      `SELECT value AS fingerprint FROM json_each(?1) WHERE value IN (SELECT fingerprint FROM departed)
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
    const among = (table: 'departed' | 'admitted') =>
      this.#db
        .rows(
          fingerprintRow,
          `SELECT value AS fingerprint FROM json_each(?) WHERE value IN (SELECT fingerprint FROM ${table})`,
          asked,
        )
        .map(({ fingerprint }) => fingerprint)
    return { left: among('departed'), admitted: among('admitted') }
  }

  /** How those of the given have left who have. */
  departures(fingerprints: string[]): Array<Departure & { fingerprint: string }> {
    return this.#db.rows(
      departureRow,
      'SELECT fingerprint, reason, since FROM departed WHERE fingerprint IN (SELECT value FROM json_each(?))',
      JSON.stringify(fingerprints),
    )
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
    return this.#db.transaction(() => {
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
    if (since !== null) this.#write(fingerprint, { reason: 'bounced', since })
    else if (this.#soft.of(fingerprint)?.tipped) this.#db.run('DELETE FROM departed WHERE fingerprint = ?', fingerprint)
    this.#soft.keep(fingerprint, run, since !== null)
  }

  #depart(fingerprint: string, departure: Departure): void {
    this.#db.transaction(() => {
      this.#write(fingerprint, departure)
      this.#db.run('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
      this.#db.run('DELETE FROM admitted WHERE fingerprint = ?', fingerprint)
      this.#soft.forget(fingerprint)
    })
  }

  #write(fingerprint: string, { reason, since }: Departure): void {
    const insert = 'INSERT OR REPLACE INTO departed (fingerprint, reason, since) VALUES (?, ?, ?)'
    this.#db.run(insert, fingerprint, reason, since)
  }

  /** Lets somebody in whose confirmation link was made at `linkIssuedAt`; an earlier departure is then lifted. */
  admit(fingerprint: string, linkIssuedAt: number): Admission {
    const stillWork = Date.now() - LIFETIME_MS.confirm
    this.#db.run('DELETE FROM admitted WHERE asked_at < ?', stillWork) // no older link works any more
    const admitted = admission(this.#departure(fingerprint), this.#askedAt(fingerprint), linkIssuedAt)
    if (admitted === 'first')
      this.#db.transaction(() => {
        this.#soft.forget(fingerprint)
        const insert = 'INSERT OR REPLACE INTO admitted (fingerprint, asked_at) VALUES (?, ?)'
        this.#db.run(insert, fingerprint, linkIssuedAt)
        this.#db.run('DELETE FROM departed WHERE fingerprint = ?', fingerprint)
      })
    return admitted
  }

  /** Who has left has nothing to pause. */
  pause(fingerprint: string, until: number | null): void {
    if (until === null) this.#db.run('DELETE FROM paused WHERE fingerprint = ?', fingerprint)
    else if (this.#departure(fingerprint) === null)
      this.#db.run('INSERT OR REPLACE INTO paused (fingerprint, until) VALUES (?, ?)', fingerprint, until)
  }

  standing(fingerprint: string): Partial<Departure> & { pausedUntil?: number } {
    const query = 'SELECT until FROM paused WHERE fingerprint = ? AND until > ?'
    const pause = this.#db.row(pausedRow, query, fingerprint, Date.now())
    return { ...this.#departure(fingerprint), ...(pause && { pausedUntil: pause.until }) }
  }

  counts(): Record<string, number> {
    const rows = this.#db.rows(countRow, 'SELECT reason, COUNT(*) AS people FROM departed GROUP BY reason')
    return Object.fromEntries(rows.map(({ reason, people }) => [reason, people]))
  }

  /** When the last link that let them in was asked for; null if none of those that still work did. */
  #askedAt(fingerprint: string): number | null {
    const query = 'SELECT asked_at AS askedAt FROM admitted WHERE fingerprint = ?'
    return this.#db.row(admittedRow, query, fingerprint)?.askedAt ?? null
  }

  #departure(fingerprint: string): Departure | null {
    const query = 'SELECT reason, since FROM departed WHERE fingerprint = ?'
    return this.#db.row(departureSchema, query, fingerprint) ?? null
  }
}
