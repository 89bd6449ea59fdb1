import * as z from 'zod'
import { backoffMs } from '../kit/backoff.ts'
import { jsonText } from '../kit/parse-json.ts'
import type { Database } from '../storage/database.ts'
import { type ProviderEvent, providerEvent } from '../suppression/provider-event.ts'
import type { FailedEffects } from './effects.ts'

/** Milliseconds before failed effects are first repeated. The pause doubles, up to ten minutes. */
const FIRST_PAUSE_MS = 5_000

const effectRow = z.object({ id: z.int(), event: jsonText(providerEvent) })

export const EFFECT_TABLE = 'CREATE TABLE effect (id INTEGER PRIMARY KEY, event TEXT NOT NULL)'
export const LATER_EFFECT_TABLE = 'CREATE TABLE later_effect (id INTEGER PRIMARY KEY, event TEXT NOT NULL)'

/** Tables of pending effects: those that take effect at once, and those that may wait. */
type EffectTable = 'effect' | 'later_effect'

/** Pending effects in one table, oldest first. Effects that fail wait for a pause and delay no others. */
export class EffectQueue {
  readonly #db: Database
  readonly #table: EffectTable
  #passed = 0 // effects up to this id failed and wait until `#repeatAt`
  #repeatAt = 0
  #failures = 0

  constructor(db: Database, table: EffectTable) {
    this.#db = db
    this.#table = table
  }

  add(event: ProviderEvent): void {
    this.#db.run(`INSERT INTO ${this.#table} (event) VALUES (?)`, JSON.stringify(event))
  }

  /** Whether effects failed, and those are not done yet. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** When the next effect is due (epoch ms); null if none is pending. */
  nextAt(now: number): number | null {
    if (this.#pending(1).length > 0) return now
    return this.#db.has(`SELECT 1 FROM ${this.#table} LIMIT 1`) ? Math.max(now, this.#repeatAt) : null
  }

  /** Applies up to `most` effects. Returns how many it took; failed ones stay for later. The platform would retry an alarm six times. */
  async apply(
    most: number,
    effects: (events: ProviderEvent[]) => Promise<FailedEffects>,
  ): Promise<{ taken: number; error?: unknown }> {
    if (Date.now() >= this.#repeatAt) this.#passed = 0
    const some = this.#pending(most)
    const last = some.at(-1)?.id
    if (last === undefined) return { taken: 0 }
    const all = some.map(({ event }) => event)
    const { events: failed, error } = await effects(all).catch((error: unknown) => ({ events: all, error }))
    const done = some.filter(({ event }) => !failed.includes(event)).map(({ id }) => id)
    this.#db.run(`DELETE FROM ${this.#table} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(done))
    if (failed.length === 0) {
      if (this.#passed === 0) this.#failures = 0
      return { taken: some.length }
    }
    if (this.#passed === 0)
      this.#repeatAt = Date.now() + backoffMs(++this.#failures, Math.random(), 0, { firstMs: FIRST_PAUSE_MS })
    this.#passed = last
    return { taken: some.length, error }
  }

  #pending(most: number) {
    const query = `SELECT id, event FROM ${this.#table} WHERE id > ? ORDER BY id LIMIT ?`
    return this.#db.rows(effectRow, query, this.#passed, most)
  }
}
