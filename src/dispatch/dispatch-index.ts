import * as z from 'zod'
import { jsonText } from '../kit/parse-json.ts'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { appealKey, type DispatchPhase, type DispatchRequest, dispatchRequestSchema } from './dispatch-request.ts'
import type { EarlierRequest, KeyedRequest, RegisteredDispatch } from './registration.ts'

export const REGISTRY_STEPS: readonly MigrationStep[] = [
  {
    name: 'dispatches and requests',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE dispatch (
          id TEXT PRIMARY KEY, appeal TEXT NOT NULL, created_at INTEGER NOT NULL, order_json TEXT NOT NULL, state TEXT NOT NULL,
          lanes INTEGER NOT NULL, follow_up_after INTEGER, people INTEGER) WITHOUT ROWID;
        CREATE TABLE request (
          key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, dispatch TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`),
  },
]

/** What the registry knows of a dispatch; `people` once it is finished. */
export type DispatchSummary = {
  state: DispatchPhase
  lanes: number
  followUpAfter: number | null
  people: number | null
}

const idRow = z.object({ id: z.string() })
const lanesRow = z.object({ id: z.string(), lanes: z.int() })
const orderRow = z.object({ id: z.string(), order: jsonText(dispatchRequestSchema) })
const otherRow = lanesRow.extend(orderRow.shape)
const appealRow = orderRow.extend({ followUpAfter: z.number().nullable() })
const requestRow = z.object({ bodyHash: z.string(), dispatch: z.string() })

/** States that end by themselves. */
const IS_GOING = "state IN ('scheduled', 'planning', 'running')"

/** The tables of the registry: dispatches, and the requests that made them. */
export class DispatchIndex {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The request that used this Idempotency-Key, undefined if none has. */
  requestWith(key: string): EarlierRequest | undefined {
    return this.#db.row(requestRow, 'SELECT body_hash AS bodyHash, dispatch FROM request WHERE key = ?', key)
  }

  /** Dispatches of the same appeal that are not cancelled and may have people. */
  ofSameAppeal(order: DispatchRequest): RegisteredDispatch[] {
    return this.#db.rows(
      appealRow,
      `SELECT id, order_json AS "order", follow_up_after AS followUpAfter FROM dispatch
       WHERE appeal = ? AND state <> 'cancelled' AND people IS NOT 0`,
      appealKey(order),
    )
  }

  insert(order: DispatchRequest, state: DispatchPhase, request: KeyedRequest | null): void {
    this.#db.run(
      `INSERT INTO dispatch (id, appeal, created_at, order_json, state, lanes, follow_up_after, people)
       VALUES (?, ?, ?, ?, ?, 0, NULL, NULL)`,
      order.id,
      appealKey(order),
      order.createdAt,
      JSON.stringify(order),
      state,
    )
    if (request === null) return
    const values = [request.key, request.bodyHash, order.id, order.createdAt]
    this.#db.run('INSERT INTO request (key, body_hash, dispatch, at) VALUES (?, ?, ?, ?)', ...values)
  }

  update(id: string, { state, lanes, followUpAfter, people }: DispatchSummary): void {
    const columns = 'state = ?, lanes = ?, follow_up_after = ?, people = ?'
    this.#db.run(`UPDATE dispatch SET ${columns} WHERE id = ?`, state, lanes, followUpAfter, people, id)
  }

  order(id: string): DispatchRequest | undefined {
    return this.#db.row(orderRow, 'SELECT id, order_json AS "order" FROM dispatch WHERE id = ?', id)?.order
  }

  has(id: string): boolean {
    return this.#db.has('SELECT 1 FROM dispatch WHERE id = ?', id)
  }

  /** The other dispatches of the same appeal that have lanes, without dry runs. */
  othersWithLanes(order: DispatchRequest): Array<{ id: string; lanes: number }> {
    const where = 'appeal = ? AND id <> ? AND lanes > 0'
    return this.#db
      .rows(
        otherRow,
        `SELECT id, lanes, order_json AS "order" FROM dispatch WHERE ${where}`,
        appealKey(order),
        order.id,
      )
      .flatMap(({ id, lanes, order }) => (order.dryRun ? [] : [{ id, lanes }]))
  }

  /** How many lanes each of these dispatches has; without those that are unknown or have not started. */
  lanesOf(ids: string[]): Record<string, number> {
    const where = 'lanes > 0 AND id IN (SELECT value FROM json_each(?))'
    const rows = this.#db.rows(lanesRow, `SELECT id, lanes FROM dispatch WHERE ${where}`, JSON.stringify(ids))
    return Object.fromEntries(rows.map(({ id, lanes }) => [id, lanes]))
  }

  newest(limit: number): string[] {
    return this.#ids('1 ORDER BY created_at DESC LIMIT ?', limit)
  }

  /** Those that go on by themselves, of one campaign. */
  goingOf(campaign: string): string[] {
    return this.#ids(`${IS_GOING} AND order_json ->> 'campaign' = ?`, campaign)
  }

  /** Those that go on by themselves, and those that wait for approval. */
  unfinished(): string[] {
    return this.#ids(`${IS_GOING} OR state = 'awaiting-approval'`)
  }

  forgetRequestsBefore(time: number): void {
    this.#db.run('DELETE FROM request WHERE at < ?', time)
  }

  #ids(where: string, ...values: Array<string | number>): string[] {
    return this.#db.rows(idRow, `SELECT id FROM dispatch WHERE ${where}`, ...values).map(({ id }) => id)
  }
}
