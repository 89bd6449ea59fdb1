import * as z from 'zod'
import { jsonText } from '../kit/parse-json.ts'
import { type Database, flag } from '../storage/database.ts'

/** Mails in a row that came back for now, after which the address is treated as one that does not exist. */
export const SOFT_BOUNCES = 5

/** The newest soft bounces of one person, newest first, and the latest time a mail arrived (epoch ms; 0: never heard of). */
const softBounceHistory = z.object({
  bounces: jsonText(z.array(z.object({ at: z.number(), id: z.string() }))),
  deliveredAt: z.number(),
})
export type SoftBounceHistory = z.infer<typeof softBounceHistory>

export const emptyHistory = (): SoftBounceHistory => ({ bounces: [], deliveredAt: 0 })

/**
 * Adds one soft bounce; `id` names the mail, of which providers may tell more than once. Of a set of bounces any order gives the same:
 * each mail counts once, and the newest that are kept are the newest of all of them.
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

/** When the run became, or was confirmed as, too long; null while it is not: a mail that arrived ends it. */
export function limitReachedAt({ bounces, deliveredAt }: SoftBounceHistory): number | null {
  const inARow = bounces.filter(({ at }) => at > deliveredAt)
  return inARow.length >= SOFT_BOUNCES ? (inARow[0]?.at ?? null) : null
}

export const SOFT_BOUNCES_TABLE = `CREATE TABLE soft_bounce (
  fingerprint TEXT PRIMARY KEY, bounces TEXT NOT NULL, delivered_at INTEGER NOT NULL, suppresses INTEGER NOT NULL) WITHOUT ROWID`
const row = softBounceHistory.extend({ suppresses: flag })

/** The runs of people whose mail came back for now, until one arrives. Who had none before is not known of here. */
export class SoftBounces {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The run of somebody, and whether they stand among the suppressed for it; null for who has none. */
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
