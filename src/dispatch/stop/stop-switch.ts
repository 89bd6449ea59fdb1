import * as z from 'zod'
import type { Database, StoredEntry } from '../../storage/database.ts'

/** Since when everything that sends is stopped (epoch ms), and by whom: the name of a token. */
const stoppedSchema = z.object({ at: z.number(), by: z.string() })
export type Stopped = z.infer<typeof stoppedSchema>

/**
 * `version` counts the changes, so that objects ignore an order that arrives late. Not `isSpread`: an object may not know it yet, and cron
 * tells all again.
 */
const switchSchema = z.object({ version: z.int(), stopped: stoppedSchema.nullable(), isSpread: z.boolean() })
type Stored = z.infer<typeof switchSchema>

const INITIAL: Stored = { version: 0, stopped: null, isSpread: true }

/** The stored switch that stops everything that sends. */
export class StopSwitch {
  readonly #entry: StoredEntry<Stored>

  constructor(db: Database) {
    this.#entry = db.entry('stop', switchSchema)
  }

  #current = (): Stored => this.#entry.get() ?? INITIAL
  stopped = (): Stopped | null => this.#current().stopped
  version = (): number => this.#current().version
  isSpread = (): boolean => this.#current().isSpread

  /** Turns the switch. A second stop keeps the time and the name of the first. */
  turn(stopped: Stopped | null): void {
    const { version, stopped: before } = this.#current()
    this.#entry.put({ version: version + 1, stopped: stopped && (before ?? stopped), isSpread: false })
  }

  /** Records that all objects know this version. */
  markSpread(version: number): void {
    const current = this.#current()
    if (current.version === version) this.#entry.put({ ...current, isSpread: true })
  }
}
