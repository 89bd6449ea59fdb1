import * as z from 'zod'
import { jsonText } from '../kit/parse-json.ts'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import {
  appealKey,
  type DispatchPhase,
  type DispatchRequest,
  dispatchPhaseSchema,
  dispatchRequestSchema,
  isEarlier,
} from './dispatch-request.ts'
import type { EarlierRequest, KeyedRequest, NamedDispatch, RegisteredDispatch } from './register-dispatch.ts'

export const REGISTRY_STEPS: readonly MigrationStep[] = [
  {
    name: 'dispatches and requests',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE dispatch (
          id TEXT PRIMARY KEY, appeal TEXT NOT NULL, created_at INTEGER NOT NULL, request_json TEXT NOT NULL, state TEXT NOT NULL,
          lanes INTEGER NOT NULL, follow_up_after INTEGER, people INTEGER) WITHOUT ROWID;
        CREATE TABLE keyed_request (
          key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, dispatch TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`),
  },
  {
    name: 'version of each summary',
    run: ({ sql }) => sql.exec('ALTER TABLE dispatch ADD COLUMN version INTEGER NOT NULL DEFAULT 0'),
  },
]

/**
 * What the registry stores of a dispatch's progress. `people` counts those whom it planned and did not cancel; null until it is finished.
 * `followUpAfter` (epoch ms) is null until it is planned. `version` counts the changes of the dispatch's state.
 */
export type DispatchSummary = {
  version: number
  state: DispatchPhase
  lanes: number
  followUpAfter: number | null
  people: number | null
}

const idRow = z.object({ id: z.string() })
const lanesRow = z.object({ id: z.string(), lanes: z.int() })
const requestRow = z.object({ id: z.string(), request: jsonText(dispatchRequestSchema) })
const namedRow = requestRow.extend({ state: dispatchPhaseSchema })
const otherRow = lanesRow.extend(requestRow.shape)
const appealRow = namedRow.extend({ followUpAfter: z.number().nullable() })
const keyedRow = z.object({ bodyHash: z.string(), dispatch: z.string() })

/** Another dispatch of an appeal. `earlier`: it was requested before the one that asks. */
export type OtherDispatch = { id: string; lanes: number; earlier: boolean }

/** SQL condition: the dispatch continues without an organiser. */
const IS_ACTIVE = "state IN ('scheduled', 'planning', 'running')"

/** The tables of the registry: dispatches, and the Idempotency-Keys of the requests that created them. */
export class DispatchIndex {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The request that used this Idempotency-Key; undefined if none did. */
  requestWith(key: string): EarlierRequest | undefined {
    return this.#db.row(keyedRow, 'SELECT body_hash AS bodyHash, dispatch FROM keyed_request WHERE key = ?', key)
  }

  /** Dispatches of the same appeal that are not cancelled, without finished ones that reach no person. */
  ofSameAppeal(request: DispatchRequest): RegisteredDispatch[] {
    return this.#db.rows(
      appealRow,
      `SELECT id, request_json AS request, state, follow_up_after AS followUpAfter FROM dispatch
       WHERE appeal = ? AND state <> 'cancelled' AND people IS NOT 0`,
      appealKey(request),
    )
  }

  /** Stores a new dispatch, with the Idempotency-Key of its request if it had one. */
  insert(request: DispatchRequest, state: DispatchPhase, keyed: KeyedRequest | null): void {
    this.#db.run(
      `INSERT INTO dispatch (id, appeal, created_at, request_json, state, lanes, follow_up_after, people)
       VALUES (?, ?, ?, ?, ?, 0, NULL, NULL)`,
      request.id,
      appealKey(request),
      request.createdAt,
      JSON.stringify(request),
      state,
    )
    if (keyed === null) return
    const values = [keyed.key, keyed.bodyHash, request.id, request.createdAt]
    this.#db.run('INSERT INTO keyed_request (key, body_hash, dispatch, at) VALUES (?, ?, ?, ?)', ...values)
  }

  /** Stores a summary, unless a later one is stored: messages of a dispatch may arrive in another order. */
  update(id: string, { version, state, lanes, followUpAfter, people }: DispatchSummary): void {
    const columns = 'version = ?, state = ?, lanes = ?, follow_up_after = ?, people = ?'
    const values = [version, state, lanes, followUpAfter, people, id, version]
    this.#db.run(`UPDATE dispatch SET ${columns} WHERE id = ? AND version <= ?`, ...values)
  }

  request(id: string): DispatchRequest | undefined {
    return this.#db.row(requestRow, 'SELECT id, request_json AS request FROM dispatch WHERE id = ?', id)?.request
  }

  has(id: string): boolean {
    return this.#db.has('SELECT 1 FROM dispatch WHERE id = ?', id)
  }

  /** A dispatch with its last known state, by id. */
  find(id: string): NamedDispatch | undefined {
    return this.#db.row(namedRow, 'SELECT id, request_json AS request, state FROM dispatch WHERE id = ?', id)
  }

  /** The other dispatches of the same appeal that have started, without dry runs. `earlier`: requested before this one. */
  othersWithLanes(own: DispatchRequest): OtherDispatch[] {
    const where = 'appeal = ? AND id <> ? AND lanes > 0'
    return this.#db
      .rows(otherRow, `SELECT id, lanes, request_json AS request FROM dispatch WHERE ${where}`, appealKey(own), own.id)
      .flatMap(({ id, lanes, request }) => (request.dryRun ? [] : [{ id, lanes, earlier: isEarlier(request, own) }]))
  }

  /** The number of lanes of each dispatch, by id. Leaves out ids that are unknown or have not started. */
  lanesOf(ids: string[]): Record<string, number> {
    const where = 'lanes > 0 AND id IN (SELECT value FROM json_each(?))'
    const rows = this.#db.rows(lanesRow, `SELECT id, lanes FROM dispatch WHERE ${where}`, JSON.stringify(ids))
    return Object.fromEntries(rows.map(({ id, lanes }) => [id, lanes]))
  }

  /** Ids of the newest dispatches, newest first. */
  newest(limit: number): string[] {
    return this.#ids('1 ORDER BY created_at DESC LIMIT ?', limit)
  }

  /** Ids of one campaign's dispatches that continue without an organiser. */
  activeOf(campaign: string): string[] {
    return this.#ids(`${IS_ACTIVE} AND request_json ->> 'campaign' = ?`, campaign)
  }

  /** Ids of all dispatches that continue without an organiser or await approval. */
  unfinished(): string[] {
    return this.#ids(`${IS_ACTIVE} OR state = 'awaiting-approval'`)
  }

  forgetRequestsBefore(time: number): void {
    this.#db.run('DELETE FROM keyed_request WHERE at < ?', time)
  }

  #ids(where: string, ...values: Array<string | number>): string[] {
    return this.#db.rows(idRow, `SELECT id FROM dispatch WHERE ${where}`, ...values).map(({ id }) => id)
  }
}
