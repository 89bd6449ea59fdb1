import * as z from 'zod'
import { DAY_MS, HOUR_MS } from '../kit/durations.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import type { ProviderEvent } from '../suppression/provider-event.ts'
import { isUrgent } from './effect-budget.ts'
import { EFFECT_TABLE, EffectQueue, LATER_EFFECT_TABLE } from './effect-queue.ts'
import { REMEMBERED_SECONDS } from './event-memory.ts'
import type { FingerprintedEvent } from './fingerprinted-event.ts'

/** Tables of the event inbox. Pending effects have their own table, so that finding them does not scan two weeks of event ids. */
export const INBOX_STEPS: readonly MigrationStep[] = [
  {
    name: 'events and effects',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE event (id TEXT PRIMARY KEY, received_at INTEGER NOT NULL) WITHOUT ROWID;
        ${EFFECT_TABLE}`),
  },
  {
    name: 'effects that may wait',
    run: ({ sql }) => sql.exec(LATER_EFFECT_TABLE),
  },
]

const storedRow = z.object({ id: z.string() })

/** Ids of events seen in two weeks, and pending effects of events. */
export class StoredEvents {
  readonly urgent: EffectQueue
  readonly later: EffectQueue
  readonly #db: Database
  readonly #forgetAt: StoredEntry<number>
  readonly #failingSince: StoredEntry<number>

  constructor(db: Database) {
    this.#db = db
    this.urgent = new EffectQueue(db, 'effect')
    this.later = new EffectQueue(db, 'later_effect')
    this.#forgetAt = db.entry('forget-events-at', z.number())
    this.#failingSince = db.entry('effects-failing-since', z.number())
  }

  /** Stores new events with their effects. Returns the effects; events seen before have none. */
  add(events: readonly FingerprintedEvent[], now: number): ProviderEvent[] {
    return this.#db.transaction(() =>
      events.flatMap(({ id, event }) => {
        const insert = 'INSERT OR IGNORE INTO event (id, received_at) VALUES (?, ?) RETURNING id'
        if (this.#db.row(storedRow, insert, id, now) === undefined || event === null) return []
        const queue = isUrgent(event) ? this.urgent : this.later
        queue.add(event)
        return [event]
      }),
    )
  }

  /** Records that effects failed. True once an hour while they go on failing: then organisers are told. */
  recordFailure(now: number): boolean {
    const since = this.#failingSince.get()
    const isLong = since !== undefined && now >= since + HOUR_MS
    if (since === undefined || isLong) this.#failingSince.put(now)
    return isLong
  }

  /** Records that no effect fails any more. */
  recordSuccess(): void {
    if (this.#failingSince.get() !== undefined) this.#failingSince.delete()
  }

  /** Deletes expired event ids once a day. Returns the time of the next deletion (epoch ms). */
  forget(now: number): number {
    const next = this.#forgetAt.get() ?? 0
    if (next > now) return next
    this.#db.run('DELETE FROM event WHERE received_at < ?', now - REMEMBERED_SECONDS * 1_000)
    this.#forgetAt.put(now + DAY_MS)
    return now + DAY_MS
  }
}
