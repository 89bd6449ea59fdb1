import { DurableObject } from 'cloudflare:workers'
import { Database, type Entry } from '../../storage/database.ts'
import type { Step } from '../../storage/migrate.ts'
import { Account, type Ask, type Held, type Kept, keptSchema, type Leave, type Told } from './account-quota.ts'
import type { DayLimits } from './daily-quota.ts'

/** Milliseconds without a grant after which what was written ahead is taken back: longer than any waiting between two calls. */
const QUIET_MS = 5_000

/** It has no tables. */
const STEPS: readonly Step[] = []

/**
 * One per sending account: gives leave for each call, whichever lane, dispatch or postbox it is of. The seconds are held in memory
 * only: after a restart it begins with one second's worth, and the provider's own 429 stands behind it. The day and the breaker are
 * kept. A shell over `account.ts`.
 */
export class Pacer extends DurableObject {
  readonly #db: Database
  readonly #entry: Entry<Kept>
  #account = new Account(undefined, Date.now())
  #quiet: ReturnType<typeof setTimeout> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#entry = this.#db.entry('account', keptSchema)
    this.#db.remember(() => {
      this.#account = new Account(this.#entry.get(), Date.now())
    })
  }

  leave(ask: Ask): Leave {
    const leave = this.#account.leave(ask, Date.now(), Math.random)
    this.#keep()
    clearTimeout(this.#quiet)
    if (this.#account.isAhead()) {
      this.#quiet = setTimeout(() => {
        this.#account.settle()
        this.#keep()
      }, QUIET_MS)
    }
    return leave
  }

  /** What a lane has to tell that will make no further call. */
  note(told: readonly Told[]): void {
    this.#account.note(told, Date.now(), Math.random)
    this.#keep()
  }

  /** Why no appeals leave at present, or null. */
  held(limits: DayLimits): Held | null {
    return this.#account.held(limits, Date.now())
  }

  /** Somebody has looked at the account, and wants it tried at once. */
  lookAgain(): void {
    this.#account.lookAgain(Date.now())
    this.#keep()
  }

  /** The output gate holds the answer until this is durable. Where it cannot be written, the account is what it was before. */
  #keep(): void {
    const kept = this.#account.mustKeep()
    if (kept !== null) this.#db.transaction(() => this.#entry.put(kept))
  }
}
