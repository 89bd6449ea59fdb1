import * as z from 'zod'
import { isoDay } from '../kit/day.ts'
import { jsonText } from '../kit/parse-json.ts'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import {
  appealKey,
  type DispatchPhase,
  type DispatchRequest,
  type DispatchView,
  dispatchPhaseSchema,
  dispatchRequestSchema,
  isEarlier,
} from './dispatch-request.ts'
import { type ListedDispatch, toListedDispatch } from './ended/stored-view.ts'
import { dispatchPlace } from './lane/lane-place.ts'
import type { EarlierRequest, KeyedRequest, NamedDispatches, RegisteredDispatch } from './register-dispatch.ts'

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
  {
    name: 'last views and texts',
    run: ({ sql }) => {
      sql.exec('ALTER TABLE dispatch ADD COLUMN view_json TEXT')
      sql.exec('ALTER TABLE dispatch ADD COLUMN holds_text INTEGER NOT NULL DEFAULT 1')
    },
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
  sendAt: number
}

/** `replace`: instead of a view that is already stored. */
export type RecordedView = { holdsText: boolean; replace: boolean }

const idRow = z.object({ id: z.string() })
const lanesRow = z.object({ id: z.string(), lanes: z.int() })
const requestRow = z.object({ id: z.string(), request: jsonText(dispatchRequestSchema) })
const namedRow = requestRow.extend({ state: dispatchPhaseSchema })
const otherRow = lanesRow.extend(requestRow.shape)
const foundRow = namedRow.extend(lanesRow.shape)
const appealRow = namedRow.extend({ followUpAfter: z.number().nullable() })
const listedRow = requestRow.extend({ state: dispatchPhaseSchema, view: z.string().nullable() })
const keyedRow = z.object({ bodyHash: z.string(), dispatch: z.string() })

/**
 * Addresses that tests may go to in a day. Two rounds of tests for a team of twenty fit. A list does not: tests are outside of the pace,
 * the counts and the rule of one mail each.
 */
const MAX_TEST_ADDRESSES_A_DAY = 50
const testAddresses = z.object({ day: z.string(), taken: z.int() })

/** Whether addresses were taken, and how many are left today. */
export type TestAllowance = { isGranted: boolean; left: number }

/** Another dispatch of an appeal. `earlier`: it was requested before the one that asks. */
export type OtherDispatch = { id: string; lanes: number; earlier: boolean }

/** Ended dispatches that cron wakes in an hour because they may hold text: those of earlier versions, and those that lost their alarm. */
const ENDED_AT_ONCE = 20

/** Paused dispatches that one request asks. Each has at most sixteen lanes, and an invocation may make 1,000 requests to objects. */
const PAUSED_AT_MOST = 40

/** SQL condition: the dispatch continues without an organiser. */
const IS_ACTIVE = "state IN ('scheduled', 'planning', 'running')"
/** SQL condition: the dispatch sends nothing more, unless an organiser has uncertain batches sent again. */
const HAS_ENDED = "state IN ('finished', 'cancelled')"

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
  update(id: string, { version, state, lanes, followUpAfter, people, sendAt }: DispatchSummary): void {
    const request = "request_json = json_set(request_json, '$.sendAt', CAST(? AS INTEGER))"
    const columns = `version = ?, state = ?, lanes = ?, follow_up_after = ?, people = ?, ${request}`
    const values = [version, state, lanes, followUpAfter, people, sendAt, id, version]
    this.#db.run(`UPDATE dispatch SET ${columns} WHERE id = ? AND version <= ?`, ...values)
  }

  request(id: string): DispatchRequest | undefined {
    return this.#db.row(requestRow, 'SELECT id, request_json AS request FROM dispatch WHERE id = ?', id)?.request
  }

  has(id: string): boolean {
    return this.#db.has('SELECT 1 FROM dispatch WHERE id = ?', id)
  }

  /** The dispatches that the audience of a request names, with their last known state. */
  named({ audience: { notReachedBy, reachedBy } }: DispatchRequest): NamedDispatches {
    const query = 'SELECT id, request_json AS request, state, lanes FROM dispatch WHERE id = ?'
    const find = (id: string | undefined) => (id === undefined ? undefined : this.#db.row(foundRow, query, id))
    return { notReachedBy: find(notReachedBy), reachedBy: find(reachedBy) }
  }

  /** Takes addresses from the allowance of tests of today (UTC), unless fewer are left. `now` in epoch ms. */
  takeTestAddresses(count: number, now: number): TestAllowance {
    const entry = this.#db.entry('test-addresses', testAddresses)
    const [day, stored] = [isoDay(now), entry.get()]
    const taken = stored?.day === day ? stored.taken : 0
    const left = MAX_TEST_ADDRESSES_A_DAY - taken
    if (count > left) return { isGranted: false, left }
    entry.put({ day, taken: taken + count })
    return { isGranted: true, left: left - count }
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

  /** Stores the last view of a dispatch, and whether it still holds the text of its mails. */
  recordView(view: DispatchView, { holdsText, replace }: RecordedView): void {
    const text = replace ? '?' : 'COALESCE(view_json, ?)'
    const set = `view_json = ${text}, holds_text = ?`
    this.#db.run(`UPDATE dispatch SET ${set} WHERE id = ?`, JSON.stringify(view), holdsText ? 1 : 0, view.id)
  }

  /** The newest dispatches, newest first. If there are more than `limit`, dry runs are left out first, and those that are not over last. */
  newest(limit: number): ListedDispatch[] {
    const order = `${HAS_ENDED}, request_json ->> 'dryRun', created_at DESC`
    const query = `SELECT id, request_json AS request, state, view_json AS view FROM dispatch
      WHERE id IN (SELECT id FROM dispatch ORDER BY ${order} LIMIT ?) ORDER BY created_at DESC`
    return this.#db
      .rows(listedRow, query, limit)
      .map(({ request, state, view }) => toListedDispatch(request, state, view))
  }

  /** Dispatches that have lanes, as the list of places names them, and slugs of all campaigns that anything was sent for. */
  places(): { dispatches: string[]; campaigns: string[] } {
    const started = this.#db.rows(lanesRow, 'SELECT id, lanes FROM dispatch WHERE lanes > 0')
    const slugs = this.#db.rows(idRow, "SELECT DISTINCT request_json ->> 'campaign' AS id FROM dispatch")
    return {
      dispatches: started.map(({ id, lanes }) => dispatchPlace(id, lanes)),
      campaigns: slugs.map(({ id }) => id),
    }
  }

  /** `lanes`: a dispatch and its lanes have deleted everything, so nobody may ask them. `notify`: the addresses of its request go. */
  forget(id: string, what: 'lanes' | 'notify'): void {
    const set = what === 'lanes' ? 'lanes = 0' : "request_json = json_remove(request_json, '$.notify')"
    this.#db.run(`UPDATE dispatch SET ${set} WHERE id = ?`, id)
  }

  /** The number of dispatches, at most `limit`. */
  count(limit: number): number {
    return this.#db.count('SELECT COUNT(*) FROM (SELECT 1 FROM dispatch LIMIT ?)', limit)
  }

  hasEnded(id: string): boolean {
    return this.#db.has(`SELECT 1 FROM dispatch WHERE id = ? AND ${HAS_ENDED}`, id)
  }

  /** Ids of one campaign's dispatches that are not active and may hold the text of their mails. */
  holdingText(campaign: string): string[] {
    return this.#ids(`NOT ${IS_ACTIVE} AND holds_text = 1 AND request_json ->> 'campaign' = ?`, campaign)
  }

  /** Ids of the oldest dispatches that have ended and may hold the text of their mails. */
  endedWithText(): string[] {
    return this.#ids(`${HAS_ENDED} AND holds_text = 1 ORDER BY created_at LIMIT ?`, ENDED_AT_ONCE)
  }

  /** Ids of one campaign's dispatches that continue without an organiser. */
  activeOf(campaign: string): string[] {
    return this.#ids(`${IS_ACTIVE} AND request_json ->> 'campaign' = ?`, campaign)
  }

  /** Ids of all dispatches that continue without an organiser. */
  active(): string[] {
    return this.#ids(IS_ACTIVE)
  }

  /** Ids of the newest paused dispatches. */
  paused(): string[] {
    return this.#ids("state = 'paused' ORDER BY created_at DESC LIMIT ?", PAUSED_AT_MOST)
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
