import { DurableObject } from 'cloudflare:workers'
import { laneOfFingerprint } from '../dispatch/audience.ts'
import { type Bindings, laneOf, registerOf, suppressionOf } from '../dispatch/bindings.ts'
import type { SuppressionReason } from '../dispatch/departed.ts'
import type { ProviderEvent } from '../dispatch/provider-event.ts'
import { type EffectDeps, takeEffect } from './effects.ts'
import { REMEMBERED_SECONDS } from './memory.ts'

const DAY_MS = 86_400_000
/** Milliseconds in which deliveries are gathered: one word to a lane for many of them. Who must not be written to is told at once. */
const GATHER_MS = 1_000
/** Milliseconds after which what failed is tried again. */
const AFTER_FAILURE_MS = 5_000
/** Events that take effect in one go. */
const AT_ONCE = 1_000

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
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS event (
      id TEXT PRIMARY KEY, heard_at INTEGER NOT NULL, effect TEXT) WITHOUT ROWID`)
  }

  /** Answers once they are safe. Those heard before change nothing. */
  async hear(events: ProviderEvent[]): Promise<void> {
    const now = Date.now()
    let isNew = false
    for (const event of events) {
      const stored = this.ctx.storage.sql
        .exec('INSERT OR IGNORE INTO event VALUES (?, ?, ?) RETURNING id', event.id, now, JSON.stringify(event))
        .toArray()
      isNew ||= stored.length > 0
    }
    if (!isNew) return
    const set = await this.ctx.storage.getAlarm()
    const soon = events.some(({ kind }) => kind !== 'delivered') ? now : now + GATHER_MS
    if (set === null || set > soon) await this.ctx.storage.setAlarm(soon)
  }

  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage
    try {
      const rows = sql
        .exec<{ id: string; effect: string }>('SELECT id, effect FROM event WHERE effect IS NOT NULL LIMIT ?', AT_ONCE)
        .toArray()
      await takeEffect(
        rows.map(({ effect }): ProviderEvent => JSON.parse(effect)),
        this.#deps(),
      )
      sql.exec(
        'UPDATE event SET effect = NULL WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify(rows.map(({ id }) => id)),
      )
      sql.exec('DELETE FROM event WHERE heard_at < ? AND effect IS NULL', Date.now() - REMEMBERED_SECONDS * 1_000)
      await this.#next()
    } catch (error) {
      console.error('events', error instanceof Error ? error.message : error)
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS) // never left to the platform's six retries
    }
  }

  /** Whatever has come meanwhile, at once; else when the oldest name may be forgotten. */
  async #next(): Promise<void> {
    const { waiting, oldest } = this.ctx.storage.sql
      .exec<{ waiting: number; oldest: number | null }>(
        'SELECT COUNT(effect) AS waiting, MIN(heard_at) AS oldest FROM event',
      )
      .one()
    if (waiting > 0) await this.ctx.storage.setAlarm(Date.now())
    else if (oldest !== null) await this.ctx.storage.setAlarm(oldest + REMEMBERED_SECONDS * 1_000 + DAY_MS)
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
