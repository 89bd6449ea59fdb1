import { DurableObject } from 'cloudflare:workers'
import { laneOfFingerprint } from '../dispatch/lane/lanes.ts'
import { requireSettings, settingsOf } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { dispatchRegistryOf, laneOf, suppressionOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { storeEvents } from './deliver-to-inbox.ts'
import { EFFECTS_A_DAY, EffectBudget, nextDay } from './effect-budget.ts'
import type { EffectQueue } from './effect-queue.ts'
import { applyEffects, type EffectDeps } from './effects.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'
import type { ReportRefusal } from './provider.ts'
import { providers } from './providers.ts'
import { INBOX_STEPS, StoredEvents } from './stored-events.ts'

/**
 * Milliseconds for which delivery events are collected, so that a lane gets many at once. Other events take effect immediately.
 */
const GATHER_MS = 1_000
/** Milliseconds after which an overdue alarm counts as lost. */
const LOST_MS = 60_000
/** Events of each queue applied in one alarm: each needs at most three calls to objects, and the platform allows 1,000. */
const AT_ONCE = 100

/**
 * Durable Object that stores provider events; there are sixteen, chosen by the event id. An event and its effect are stored in
 * one write, so none is lost or applied twice. Effects are retried until they succeed; those that fail delay no others. Complaints,
 * unsubscribes and hard bounces come first; the others have a daily budget.
 */
export class EventInbox extends DurableObject<Env> {
  readonly #events: StoredEvents
  readonly #budget: EffectBudget
  readonly #lanes = new Map<string, number>() // lanes per started dispatch, which never change

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const db = new Database(ctx, INBOX_STEPS)
    this.#events = new StoredEvents(db)
    this.#budget = new EffectBudget(db)
  }

  /** Stores events; resolves when they are stored. Events seen before are ignored. */
  async record(events: FingerprintedEvent[]): Promise<void> {
    const now = Date.now()
    const added = this.#events.add(events, now)
    const next = this.#pendingAt(await this.#perDay(), now)
    if (next === null) return
    const set = await this.ctx.storage.getAlarm()
    const soon = added.some(({ kind }) => kind !== 'delivered') ? next : next + GATHER_MS
    if (set === null || set > soon || set < now - LOST_MS) await this.ctx.storage.setAlarm(soon)
  }

  /** Reads a batch that the Worker has verified, and stores its events in all inboxes. Returns why the batch is refused, or null. */
  async recordBatch(name: string, body: Uint8Array): Promise<ReportRefusal | null> {
    const reader = providers.find((provider) => provider.name === name)?.batch
    if (reader === undefined) throw new Error(`${name} posts no batches`)
    const now = Date.now()
    return storeEvents(this.env, await requireSettings(this.env), name, reader.events(body, now), now)
  }

  override async alarm(): Promise<void> {
    const perDay = await this.#perDay()
    const urgent = await this.#apply(this.#events.urgent, AT_ONCE)
    const room = Math.min(AT_ONCE - urgent, this.#budget.left(perDay, Date.now()))
    if (room > 0) this.#budget.spend(await this.#apply(this.#events.later, room), Date.now())
    if (!this.#events.urgent.isFailing && !this.#events.later.isFailing) this.#events.recordSuccess()
    const now = Date.now()
    if (this.#budget.left(perDay, now) === 0 && this.#events.later.nextAt(now) !== null && this.#budget.isNews(now))
      await raiseNotice(this.env, { kind: 'provider-events-waiting', subject: `more than ${perDay} a day` })
    await this.ctx.storage.setAlarm(this.#pendingAt(perDay, now) ?? this.#events.forget(now))
  }

  /** Applies effects of a queue. Returns how many are done; those that fail are repeated later. */
  async #apply(queue: EffectQueue, most: number): Promise<number> {
    const { taken, error } = await queue.apply(most, (events) => applyEffects(events, this.#deps()))
    if (error === undefined) return taken
    console.error('event inbox', errorMessage(error))
    if (this.#events.recordFailure(Date.now()))
      await raiseNotice(this.env, { kind: 'event-effects-late', subject: 'provider events' })
    return 0
  }

  /** When pending effects are due next (epoch ms); null if there are none. Beyond the budget, effects that may wait are due tomorrow. */
  #pendingAt(perDay: number, now: number): number | null {
    const urgent = this.#events.urgent.nextAt(now)
    const later = this.#events.later.nextAt(now)
    const allowed = later !== null && this.#budget.left(perDay, now) === 0 ? Math.max(later, nextDay(now)) : later
    return urgent === null || allowed === null ? (urgent ?? allowed) : Math.min(urgent, allowed)
  }

  /** Effects a day that may wait, of the whole deployment. Faulty settings must not stop complaints. */
  async #perDay(): Promise<number> {
    const { settings } = await settingsOf(this.env)
    return settings?.eventEffectsPerDay ?? EFFECTS_A_DAY
  }

  #deps(): EffectDeps {
    return {
      suppress: (events) => suppressionOf(this.env).record(events, Date.now()),
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
