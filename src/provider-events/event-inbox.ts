import { DurableObject } from 'cloudflare:workers'
import { backoffMs } from '../delivery/backoff.ts'
import { laneOfFingerprint } from '../dispatch/lane/lanes.ts'
import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { dispatchRegistryOf, laneOf, suppressionOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { storeEvents } from './deliver-to-inbox.ts'
import { applyEffects, type EffectDeps } from './effects.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'
import type { ReportRefusal } from './provider.ts'
import { providers } from './providers.ts'
import { INBOX_STEPS, StoredEvents } from './stored-events.ts'

/**
 * Milliseconds for which delivery events are collected, so that a lane gets many at once. Other events take effect immediately.
 */
const GATHER_MS = 1_000
/** Milliseconds before failed effects are first repeated. The pause doubles, up to ten minutes. */
const FIRST_PAUSE_MS = 5_000
/** Milliseconds after which an overdue alarm counts as lost. */
const LOST_MS = 60_000
/** Events applied in one alarm: each needs at most three calls to objects, and the platform allows 1,000. */
const AT_ONCE = 100

/**
 * Durable Object that stores provider events; there are sixteen, chosen by the event id. An event and its effect are stored in
 * one write, so none is lost or applied twice. Effects are retried until they succeed; those that fail delay no others.
 */
export class EventInbox extends DurableObject<Env> {
  readonly #events: StoredEvents
  readonly #lanes = new Map<string, number>() // lanes per started dispatch, which never change
  #passed = 0 // effects up to this id failed and wait until `#repeatAt`
  #repeatAt = 0
  #failures = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#events = new StoredEvents(new Database(ctx, INBOX_STEPS))
  }

  /** Stores events; resolves when they are stored. Events seen before are ignored. */
  async record(events: FingerprintedEvent[]): Promise<void> {
    const now = Date.now()
    const newEvents = this.#events.add(events, now)
    const set = await this.ctx.storage.getAlarm()
    const soon = newEvents.some(({ kind }) => kind !== 'delivered') ? now : now + GATHER_MS
    const isAsleep = set === null || set > soon || set < now - LOST_MS
    if (isAsleep && this.#events.isAnyPending()) await this.ctx.storage.setAlarm(soon)
  }

  /** Reads a batch that the Worker has verified, and stores its events in all inboxes. Returns why the batch is refused, or null. */
  async recordBatch(name: string, body: Uint8Array): Promise<ReportRefusal | null> {
    const reader = providers.find((provider) => provider.name === name)?.batch
    if (reader === undefined) throw new Error(`${name} posts no batches`)
    const now = Date.now()
    return storeEvents(this.env, await requireSettings(this.env), name, reader.events(body, now), now)
  }

  override async alarm(): Promise<void> {
    if (Date.now() >= this.#repeatAt) this.#passed = 0
    const waiting = this.#events.pending(this.#passed, AT_ONCE)
    const last = waiting.at(-1)?.id ?? this.#passed
    try {
      await applyEffects(
        waiting.map(({ event }) => event),
        this.#deps(),
      )
      this.#events.done(this.#passed, last)
      if (this.#passed === 0) this.#failures = 0
    } catch (error) {
      console.error('event inbox', errorMessage(error))
      this.#passOver(last)
    }
    await this.ctx.storage.setAlarm(this.#nextAt(Date.now()))
  }

  /** Leaves failed effects for later. The platform would retry an alarm only six times, and later events would wait behind it. */
  #passOver(last: number): void {
    if (this.#passed === 0) {
      this.#repeatAt = Date.now() + backoffMs(++this.#failures, Math.random(), 0, FIRST_PAUSE_MS)
    }
    this.#passed = last
  }

  /** When the next alarm is due (epoch ms). */
  #nextAt(now: number): number {
    if (this.#events.pending(this.#passed, 1).length > 0) return now
    return this.#events.isAnyPending() ? Math.max(now, this.#repeatAt) : this.#events.forget(now)
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
