import * as z from 'zod'
import { DAY_MS } from '../kit/durations.ts'
import { jsonText } from '../kit/parse-json.ts'
import { type Database, flag } from '../storage/database.ts'

/** Consecutive soft bounces after which an address is suppressed as if it did not exist. */
export const SOFT_BOUNCES = 5

/**
 * Days after the latest bounce or delivery for which soft bounces are counted, as long as ledgers know the mails. A suppression because of
 * them stays.
 */
const KEPT_DAYS = 400

/** Newest soft bounces of one person, newest first, and the time of the latest delivery (epoch ms; 0 if none). */
const softBounceHistory = z.object({
  bounces: jsonText(z.array(z.object({ at: z.number(), id: z.string() }))),
  deliveredAt: z.number(),
})
export type SoftBounceHistory = z.infer<typeof softBounceHistory>

export const emptyHistory = (): SoftBounceHistory => ({ bounces: [], deliveredAt: 0 })

/**
 * Adds a soft bounce. `id` names the mail; repeated reports of one mail count once. The order of reports does not change the
 * result.
 */
export const withBounce = (history: SoftBounceHistory, { at, id }: { at: number; id: string }): SoftBounceHistory => ({
  ...history,
  bounces: [
    ...history.bounces.filter((known) => known.id !== id),
    { at: Math.max(at, history.bounces.find((known) => known.id === id)?.at ?? 0), id },
  ]
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    .slice(0, SOFT_BOUNCES),
})

export const withDelivery = (history: SoftBounceHistory, at: number): SoftBounceHistory => ({
  ...history,
  deliveredAt: Math.max(history.deliveredAt, at),
})

/** Time (epoch ms) of the newest of SOFT_BOUNCES consecutive bounces, else null. A delivery resets the count. */
export function limitReachedAt({ bounces, deliveredAt }: SoftBounceHistory): number | null {
  const inARow = bounces.filter(({ at }) => at > deliveredAt)
  return inARow.length >= SOFT_BOUNCES ? (inARow[0]?.at ?? null) : null
}

export const SOFT_BOUNCES_TABLE = `CREATE TABLE soft_bounce (
  fingerprint TEXT PRIMARY KEY, bounces TEXT NOT NULL, delivered_at INTEGER NOT NULL, suppresses INTEGER NOT NULL) WITHOUT ROWID`

/** Adds the time of the latest bounce or delivery, so that old rows are found. */
export const SOFT_BOUNCES_BY_TIME = `
  ALTER TABLE soft_bounce ADD COLUMN latest_at INTEGER NOT NULL DEFAULT 0;
  UPDATE soft_bounce SET latest_at = MAX(delivered_at, COALESCE(bounces -> 0 ->> 'at', 0));
  CREATE INDEX soft_bounce_latest_at ON soft_bounce (latest_at)`
const row = softBounceHistory.extend({ suppresses: flag })

/** Table of soft bounces by fingerprint. A person without soft bounces has no row. */
export class SoftBounces {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Soft bounces of a person, or null. `suppresses`: the person is suppressed because of them. */
  find(fingerprint: string): { history: SoftBounceHistory; suppresses: boolean } | null {
    const query = 'SELECT bounces, delivered_at AS deliveredAt, suppresses FROM soft_bounce WHERE fingerprint = ?'
    const known = this.#db.row(row, query, fingerprint)
    if (known === undefined) return null
    const { suppresses, ...history } = known
    return { history, suppresses }
  }

  store(fingerprint: string, { bounces, deliveredAt }: SoftBounceHistory, suppresses: boolean): void {
    const latestAt = Math.max(deliveredAt, ...bounces.map(({ at }) => at))
    const columns = 'fingerprint, bounces, delivered_at, suppresses, latest_at'
    const values = [fingerprint, JSON.stringify(bounces), deliveredAt, Number(suppresses), latestAt]
    this.#db.run(`INSERT OR REPLACE INTO soft_bounce (${columns}) VALUES (?, ?, ?, ?, ?)`, ...values)
  }

  /** Deletes the rows whose time is over at `now` (epoch ms). */
  dropOld(now: number): void {
    this.#db.run('DELETE FROM soft_bounce WHERE latest_at < ?', now - KEPT_DAYS * DAY_MS)
  }

  remove(fingerprint: string): void {
    this.#db.run('DELETE FROM soft_bounce WHERE fingerprint = ?', fingerprint)
  }
}
