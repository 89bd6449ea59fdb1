import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import { type Campaign, campaign as campaignSchema } from '../campaigns/campaign.ts'
import { bundledCampaign } from '../campaigns/catalogue.ts'
import { effectiveCampaign, type PublishedRecord, storePublished } from '../campaigns/published.ts'
import { jsonText } from '../kit/parse-json.ts'
import { dispatchOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { type DispatchPhase, type DispatchRequest, dispatchRequestSchema } from './dispatch-request.ts'
import { isDisjoint } from './overlap.ts'

const DAY_MS = 86_400_000
/** Days an Idempotency-Key is remembered: longer than anybody retries a request. */
const REQUEST_DAYS = 7
/** Dispatches listed at once. */
const LIST_LIMIT = 200

export type OpenResult =
  | { kind: 'opened' | 'replayed'; id: string }
  | { kind: 'key-reused'; id: string }
  | { kind: 'overlap'; id: string; followUpAfter: number | null }

/** An Idempotency-Key together with the name of the token that used it, and the hash of the body it came with. */
export type KeyedRequest = { key: string; bodyHash: string }

/** What publishing came to. */
export type Publication =
  | { kind: 'published'; isNew: boolean; paused: string[] }
  | { kind: 'other-revision'; current: string | null }

/** What the register knows of how a dispatch stands. */
export type DispatchSummary = {
  state: DispatchPhase
  lanes: number
  followUpAfter: number | null
  people: number | null
}

const STEPS: readonly MigrationStep[] = [
  {
    name: 'dispatches, requests and published campaigns',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE dispatch (
          id TEXT PRIMARY KEY, appeal TEXT NOT NULL, created_at INTEGER NOT NULL, order_json TEXT NOT NULL, state TEXT NOT NULL,
          lanes INTEGER NOT NULL, follow_up_after INTEGER, people INTEGER) WITHOUT ROWID;
        CREATE TABLE request (
          key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, dispatch TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE published (
          slug TEXT PRIMARY KEY, over TEXT, campaign TEXT NOT NULL, spread TEXT) WITHOUT ROWID`),
  },
]

const idRow = z.object({ id: z.string() })
const lanesRow = z.object({ id: z.string(), lanes: z.int() })
const orderRow = z.object({ id: z.string(), order: jsonText(dispatchRequestSchema) })
const otherDispatchRow = lanesRow.extend(orderRow.shape)
const appealRow = orderRow.extend({ followUpAfter: z.number().nullable() })
const requestRow = z.object({ bodyHash: z.string(), dispatch: z.string() })
const publishedRow = z.object({ over: z.string().nullable(), campaign: jsonText(campaignSchema) })
const slugRow = z.object({ slug: z.string() })

/**
 * One object: the index of dispatches (objects cannot be enumerated), the requests that made them, and the revision that is current.
 * Everything that must not happen twice at once is decided here, where there is one of it.
 */
export class DispatchRegistry extends DurableObject<Env> {
  readonly #db: Database

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
  }

  /**
   * Enters a new dispatch, unless the key was used before or an earlier one of the same appeal may reach the same people.
   */
  async open(order: DispatchRequest, request: KeyedRequest | null): Promise<OpenResult> {
    const opened = this.#db.transaction(() => this.#insert(order, request))
    if (opened.kind === 'opened' || opened.kind === 'replayed') await this.#begin(opened.id)
    return opened
  }

  /** What this key's first request came to; null when there was none. A retry is answered alike whatever has changed since. */
  async replay(request: KeyedRequest): Promise<OpenResult | null> {
    const known = this.#findByKey(request)
    if (known?.kind === 'replayed') await this.#begin(known.id)
    return known
  }

  #findByKey(request: KeyedRequest): OpenResult | null {
    const where = 'SELECT body_hash AS bodyHash, dispatch FROM request WHERE key = ?'
    const known = this.#db.row(requestRow, where, request.key)
    return known ? { kind: known.bodyHash === request.bodyHash ? 'replayed' : 'key-reused', id: known.dispatch } : null
  }

  #insert(order: DispatchRequest, request: KeyedRequest | null): OpenResult {
    const known = request && this.#findByKey(request)
    if (known) return known
    if (!order.dryRun) {
      // A cancelled one does not stand in the way: its people are told from the new one's when that is planned. Nor does one that
      // had nobody to go to.
      const others = this.#db.rows(
        appealRow,
        `SELECT id, order_json AS "order", follow_up_after AS followUpAfter FROM dispatch
         WHERE appeal = ? AND state <> 'cancelled' AND people IS NOT 0`,
        appealKey(order),
      )
      for (const { id, order: earlier, followUpAfter } of others) {
        if (!earlier.dryRun && !isDisjoint({ audience: earlier.audience, followUpAfter }, order.audience)) {
          return { kind: 'overlap', id, followUpAfter }
        }
      }
    }
    const state: DispatchPhase = order.needsApproval ? 'awaiting-approval' : 'scheduled'
    this.#db.run(
      `INSERT INTO dispatch (id, appeal, created_at, order_json, state, lanes, follow_up_after, people)
       VALUES (?, ?, ?, ?, ?, 0, NULL, NULL)`,
      order.id,
      appealKey(order),
      order.createdAt,
      JSON.stringify(order),
      state,
    )
    if (request !== null) {
      const values = [request.key, request.bodyHash, order.id, order.createdAt]
      this.#db.run('INSERT INTO request (key, body_hash, dispatch, at) VALUES (?, ?, ?, ?)', ...values)
    }
    return { kind: 'opened', id: order.id }
  }

  /** A dispatch tells how it stands; `people` once it is finished. */
  recordSummary(id: string, summary: DispatchSummary): void {
    this.#db.run(
      'UPDATE dispatch SET state = ?, lanes = ?, follow_up_after = ?, people = ? WHERE id = ?',
      summary.state,
      summary.lanes,
      summary.followUpAfter,
      summary.people,
      id,
    )
  }

  /** The other dispatches of the same appeal that have lanes, and so people. */
  otherDispatches(id: string): Array<{ id: string; lanes: number }> {
    const own = this.#order(id)
    if (own === undefined) return []
    const where = 'appeal = ? AND id <> ? AND lanes > 0'
    return this.#db
      .rows(
        otherDispatchRow,
        `SELECT id, lanes, order_json AS "order" FROM dispatch WHERE ${where}`,
        appealKey(own),
        id,
      )
      .flatMap(({ id, lanes, order }) => (order.dryRun ? [] : [{ id, lanes }]))
  }

  /** How many lanes each of these dispatches has; those there are not, or that have not started, are not in the answer. */
  lanesOf(ids: string[]): Record<string, number> {
    const where = 'lanes > 0 AND id IN (SELECT value FROM json_each(?))'
    const rows = this.#db.rows(lanesRow, `SELECT id, lanes FROM dispatch WHERE ${where}`, JSON.stringify(ids))
    return Object.fromEntries(rows.map(({ id, lanes }) => [id, lanes]))
  }

  /** Newest first. */
  list(): string[] {
    return this.#ids('1 ORDER BY created_at DESC LIMIT ?', LIST_LIMIT)
  }

  published(slug: string): PublishedRecord | null {
    return this.#db.row(publishedRow, 'SELECT over, campaign FROM published WHERE slug = ?', slug) ?? null
  }

  /**
   * Makes a revision current from this moment, and pauses what is sending an earlier one where people, the last day of use or the
   * status have changed. With `expected` only if that revision is current now (`*`: if any is).
   */
  async publish(campaign: Campaign, expected?: string): Promise<Publication> {
    const { slug } = campaign
    const bundled = bundledCampaign(slug)
    const before = effectiveCampaign(bundled, this.published(slug))
    const current = before?.revision ?? null
    const matches = expected === undefined || (expected === '*' ? current !== null : expected === current)
    if (!matches && current !== campaign.revision) return { kind: 'other-revision', current } // a retry finds its own revision
    const over = bundled?.revision ?? null
    this.#db.run(
      'INSERT OR REPLACE INTO published (slug, over, campaign, spread) VALUES (?, ?, ?, NULL)',
      slug,
      over,
      JSON.stringify(campaign),
    )
    return { kind: 'published', isNew: before === null, paused: await this.#distribute(slug) }
  }

  /**
   * Tells what is sending another revision, then copies the current one to KV, where pages read it; again if it changed meanwhile, so
   * that the last copy is the current one. Until both are done cron does it again. Answers the ids this has paused.
   */
  async #distribute(slug: string): Promise<string[]> {
    const paused = new Set<string>()
    for (let spread: string | undefined; ; ) {
      const record = this.published(slug)
      if (record === null || record.campaign.revision === spread) return [...paused]
      let allNotified = true
      for (const id of this.#ids(`${IS_GOING} AND order_json ->> 'campaign' = ?`, slug)) {
        const answer = await this.#notifyRepublished(id, record.campaign)
        if (answer === 'paused') paused.add(id)
        if (answer === 'unheard') allNotified = false
      }
      await storePublished(this.env.CONTENT, record)
      spread = record.campaign.revision
      if (allNotified) {
        this.#db.run("UPDATE published SET spread = ?1 WHERE slug = ?2 AND campaign ->> 'revision' = ?1", spread, slug)
      }
    }
  }

  async #notifyRepublished(id: string, campaign: Campaign): Promise<'paused' | 'goes-on' | 'unheard'> {
    try {
      await this.#begin(id) // it may have been entered and not have begun yet
      return (await dispatchOf(this.env, id).republished(campaign)) ? 'paused' : 'goes-on'
    } catch (error) {
      console.error('dispatch', id, error instanceof Error ? error.message : error)
      return 'unheard'
    }
  }

  /** From cron: whatever should be going on is told so, and what a crash left half published is finished. */
  async wake(now: number): Promise<void> {
    this.#db.run('DELETE FROM request WHERE at < ?', now - REQUEST_DAYS * DAY_MS)
    for (const { slug } of this.#db.rows(slugRow, 'SELECT slug FROM published WHERE spread IS NULL')) {
      await this.#distribute(slug).catch((error: unknown) => console.error('publishing', slug, error))
    }
    // One that awaits approval has nothing to go on with, but may never have been handed its order.
    for (const id of this.#ids(`${IS_GOING} OR state = 'awaiting-approval'`)) {
      try {
        await this.#begin(id)
      } catch (error) {
        console.error('dispatch', id, error instanceof Error ? error.message : error) // the others are woken all the same
      }
    }
  }

  /** Whether there is such a dispatch. One that was entered and, after a crash, did not begin is handed its order first. */
  async has(id: string): Promise<boolean> {
    if (!this.#db.has('SELECT 1 FROM dispatch WHERE id = ?', id)) return false
    if (!(await dispatchOf(this.env, id).hasBegun())) await this.#begin(id)
    return true
  }

  /** Idempotent: hands the dispatch its order, or wakes it. */
  async #begin(id: string): Promise<void> {
    const order = this.#order(id)
    if (order !== undefined) await dispatchOf(this.env, id).begin(order)
  }

  #order(id: string): DispatchRequest | undefined {
    return this.#db.row(orderRow, 'SELECT id, order_json AS "order" FROM dispatch WHERE id = ?', id)?.order
  }

  #ids(where: string, ...values: Array<string | number>): string[] {
    return this.#db.rows(idRow, `SELECT id FROM dispatch WHERE ${where}`, ...values).map(({ id }) => id)
  }
}

/** States that end by themselves. */
const IS_GOING = "state IN ('scheduled', 'planning', 'running')"

/** What “the same appeal” means: once per person holds for this. */
const appealKey = (order: DispatchRequest): string => `${order.campaign}/${order.email}/${order.updateId ?? ''}`
