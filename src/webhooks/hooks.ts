import { DurableObject } from 'cloudflare:workers'
import { laneOfFingerprint } from '../dispatch/audience.ts'
import { type Bindings, laneOf, registerOf, suppressionOf } from '../dispatch/bindings.ts'
import type { SuppressionReason } from '../dispatch/departed.ts'
import type { ProviderEvent } from '../dispatch/provider-event.ts'
import { type EffectDeps, takeEffect } from './effects.ts'
import type { Named } from './event.ts'
import { REMEMBERED_SECONDS } from './memory.ts'

const DAY_MS = 86_400_000
/** Milliseconds in which deliveries are gathered: one word to a lane for many of them. Who must not be written to is told at once. */
const GATHER_MS = 1_000
/** Milliseconds after which what failed is tried again. */
const AFTER_FAILURE_MS = 5_000
/** Milliseconds after which an alarm that did not ring is not waited for any more. */
const LOST_MS = 60_000
/** Events that take effect in one alarm: whoever leaves costs up to six operations, and the platform allows 1,000. */
const AT_ONCE = 100

/** Takes somebody off the list: given by the entry, because this folder does not know the supporters. */
export type Depart = (env: Bindings, fingerprint: string, reason: SuppressionReason, at: number) => Promise<void>

/**
 * Takes in what providers tell. An event and what it is to change are stored in one write, so that it is neither lost nor takes
 * effect twice; the effect follows, at once or by alarm, until it is done. There are sixteen, by the event's name.
 */
export abstract class HooksShell extends DurableObject<Bindings> {
  protected abstract readonly depart: Depart

  readonly #lanes = new Map<string, number>() // of dispatches that send or have sent: never another number again

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, heard_at INTEGER NOT NULL) WITHOUT ROWID',
    )
    // Apart from the names, so that finding what is still to be done does not walk past a fortnight of what was.
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS effect (id INTEGER PRIMARY KEY, event TEXT NOT NULL)')
  }

  /** Answers once they are safe. Those heard before change nothing. */
  async hear(events: Named[]): Promise<void> {
    const now = Date.now()
    const { sql } = this.ctx.storage
    const unheard = this.ctx.storage.transactionSync(() =>
      events.flatMap(({ id, event }) => {
        const stored = sql.exec('INSERT OR IGNORE INTO event VALUES (?, ?) RETURNING id', id, now).toArray()
        if (stored.length === 0 || event === null) return []
        sql.exec('INSERT INTO effect (event) VALUES (?)', JSON.stringify(event))
        return [event]
      }),
    )
    const set = await this.ctx.storage.getAlarm()
    const soon = unheard.some(({ kind }) => kind !== 'delivered') ? now : now + GATHER_MS
    const isAsleep = set === null || set > soon || set < now - LOST_MS
    if (isAsleep && this.#waiting(1).length > 0) await this.ctx.storage.setAlarm(soon)
  }

  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage
    try {
      const waiting = this.#waiting(AT_ONCE)
      await takeEffect(
        waiting.map(({ event }): ProviderEvent => JSON.parse(event)),
        this.#deps(),
      )
      sql.exec('DELETE FROM effect WHERE id <= ?', waiting.at(-1)?.id ?? 0)
      await this.ctx.storage.setAlarm(this.#waiting(1).length > 0 ? Date.now() : this.#forget(Date.now()))
    } catch (error) {
      console.error('events', error instanceof Error ? error.message : error)
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS) // never left to the platform's six retries
    }
  }

  /** In the order in which they came. */
  #waiting(limit: number): Array<{ id: number; event: string }> {
    return this.ctx.storage.sql
      .exec<{ id: number; event: string }>('SELECT id, event FROM effect ORDER BY id LIMIT ?', limit)
      .toArray()
  }

  /** Once a day, the names that need not be remembered any more; answers when the day is over. */
  #forget(now: number): number {
    const next = this.ctx.storage.kv.get<number>('forget') ?? 0
    if (next > now) return next
    this.ctx.storage.sql.exec('DELETE FROM event WHERE heard_at < ?', now - REMEMBERED_SECONDS * 1_000)
    this.ctx.storage.kv.put('forget', now + DAY_MS)
    return now + DAY_MS
  }

  #deps(): EffectDeps {
    return {
      holdBack: (events) => suppressionOf(this.env).hear(events, Date.now()),
      leave: ({ fingerprint, kind, at }) =>
        this.depart(this.env, fingerprint, kind === 'complained' ? 'complained' : 'unsubscribed', at),
      tellLanes: async (dispatch, heard) => {
        const lanes = await this.#lanesOf(dispatch)
        if (lanes === null) return
        for (const [lane, some] of Map.groupBy(heard, ([fingerprint]) => laneOfFingerprint(fingerprint, lanes))) {
          await laneOf(this.env, dispatch, lane).hear(some)
        }
      },
    }
  }

  /** Null for a dispatch there is not, or that has not begun to send. */
  async #lanesOf(dispatch: string): Promise<number | null> {
    const known = this.#lanes.get(dispatch) ?? (await registerOf(this.env).lanesOf([dispatch]))[dispatch]
    if (known === undefined) return null
    this.#lanes.set(dispatch, known)
    return known
  }
}
