import * as z from 'zod'
import { jsonText } from '../kit/parse-json.ts'
import { type Database, flag } from '../storage/database.ts'

/** Consecutive soft bounces after which an address is suppressed as if it did not exist. */
export const SOFT_BOUNCES = 5

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
    const values = [fingerprint, JSON.stringify(bounces), deliveredAt, Number(suppresses)]
    this.#db.run(
      'INSERT OR REPLACE INTO soft_bounce (fingerprint, bounces, delivered_at, suppresses) VALUES (?, ?, ?, ?)',
      ...values,
    )
  }

  remove(fingerprint: string): void {
    this.#db.run('DELETE FROM soft_bounce WHERE fingerprint = ?', fingerprint)
  }
}
