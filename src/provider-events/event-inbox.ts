import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import { laneOfFingerprint } from '../dispatch/lane/lanes.ts'
import { DAY_MS } from '../kit/durations.ts'
import { jsonText } from '../kit/parse-json.ts'
import { errorMessage } from '../kit/result.ts'
import { dispatchRegistryOf, laneOf, suppressionOf } from '../objects.ts'
import { Database, type StoredEntry } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { suppressAfterEvent } from '../supporters/runtime-deps.ts'
import { type ProviderEvent, providerEvent } from '../suppression/provider-event.ts'
import { applyEffects, type EffectDeps } from './effects.ts'
import { REMEMBERED_SECONDS } from './event-memory.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'

/**
 * Milliseconds for which delivery events are collected, so that a lane gets many at once. Other events take effect immediately.
 */
const GATHER_MS = 1_000
/** Milliseconds until failed effects are retried. */
const AFTER_FAILURE_MS = 5_000
/** Milliseconds after which an overdue alarm counts as lost. */
const LOST_MS = 60_000
/** Events applied in one alarm: an unsubscribe needs up to six operations, and the platform allows 1,000. */
const AT_ONCE = 100

/** Tables of the event inbox. Pending effects have their own table, so that finding them does not scan two weeks of event ids. */
const STEPS: readonly MigrationStep[] = [
  {
    name: 'events and effects',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE event (id TEXT PRIMARY KEY, received_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE effect (id INTEGER PRIMARY KEY, event TEXT NOT NULL)`),
  },
]

const storedRow = z.object({ id: z.string() })
const effectRow = z.object({ id: z.int(), event: jsonText(providerEvent) })

/**
 * Durable Object that stores provider events; there are sixteen, chosen by the event id. An event and its effect are stored in
 * one write, so none is lost or applied twice. Effects are retried until they succeed.
 */
export class EventInbox extends DurableObject<Env> {
  readonly #db: Database
  readonly #forgetAt: StoredEntry<number>
  readonly #lanes = new Map<string, number>() // lanes per started dispatch, which never change

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#forgetAt = this.#db.entry('forget-events-at', z.number())
  }

  /** Stores events; resolves when they are stored. Events seen before are ignored. */
  async record(events: FingerprintedEvent[]): Promise<void> {
    const now = Date.now()
    const newEvents = this.#db.transaction(() =>
      events.flatMap(({ id, event }) => {
        const insert = 'INSERT OR IGNORE INTO event (id, received_at) VALUES (?, ?) RETURNING id'
        if (this.#db.row(storedRow, insert, id, now) === undefined || event === null) return []
        this.#db.run('INSERT INTO effect (event) VALUES (?)', JSON.stringify(event))
        return [event]
      }),
    )
    const set = await this.ctx.storage.getAlarm()
    const soon = newEvents.some(({ kind }) => kind !== 'delivered') ? now : now + GATHER_MS
    const isAsleep = set === null || set > soon || set < now - LOST_MS
    if (isAsleep && this.#isAnyWaiting()) await this.ctx.storage.setAlarm(soon)
  }

  override async alarm(): Promise<void> {
    try {
      const waiting = this.#waiting(AT_ONCE)
      await applyEffects(
        waiting.map(({ event }) => event),
        this.#deps(),
      )
      this.#db.run('DELETE FROM effect WHERE id <= ?', waiting.at(-1)?.id ?? 0)
      await this.ctx.storage.setAlarm(this.#isAnyWaiting() ? Date.now() : this.#forget(Date.now()))
    } catch (error) {
      console.error('event inbox', errorMessage(error))
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS) // the platform would retry an alarm only six times
    }
  }

  /** Pending effects, oldest first. */
  #waiting(limit: number): Array<{ id: number; event: ProviderEvent }> {
    return this.#db.rows(effectRow, 'SELECT id, event FROM effect ORDER BY id LIMIT ?', limit)
  }

  #isAnyWaiting(): boolean {
    return this.#db.has('SELECT 1 FROM effect LIMIT 1')
  }

  /** Deletes expired event ids once a day. Returns the time of the next deletion (epoch ms). */
  #forget(now: number): number {
    const next = this.#forgetAt.get() ?? 0
    if (next > now) return next
    this.#db.run('DELETE FROM event WHERE received_at < ?', now - REMEMBERED_SECONDS * 1_000)
    this.#forgetAt.put(now + DAY_MS)
    return now + DAY_MS
  }

  #deps(): EffectDeps {
    return {
      suppress: (events) => suppressionOf(this.env).record(events, Date.now()),
      unsubscribe: ({ fingerprint, kind, at }) =>
        suppressAfterEvent(this.env, fingerprint, kind === 'complained' ? 'complained' : 'unsubscribed', at),
      recordInLanes: async (dispatch, kinds) => {
        const lanes = await this.#lanesOf(dispatch)
        if (lanes === null) return
        for (const [lane, some] of Map.groupBy(kinds, ([fingerprint]) => laneOfFingerprint(fingerprint, lanes))) {
          await laneOf(this.env, dispatch, lane).recordEvents(some)
        }
      },
    }
  }

  /** Number of lanes of a dispatch; null if it does not exist or has not started. */
  async #lanesOf(dispatch: string): Promise<number | null> {
    const known = this.#lanes.get(dispatch) ?? (await dispatchRegistryOf(this.env).lanesOf([dispatch]))[dispatch]
    if (known === undefined) return null
    this.#lanes.set(dispatch, known)
    return known
  }
}
