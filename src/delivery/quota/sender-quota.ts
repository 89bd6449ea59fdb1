import { DurableObject } from 'cloudflare:workers'
import { Database, type StoredEntry } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import {
  type AccountHold,
  AccountQuota,
  type AccountState,
  type AcquireRequest,
  type AcquireResult,
  accountStateSchema,
  type CallReport,
} from './account-quota.ts'
import type { DailyLimits } from './daily-quota.ts'

/** Milliseconds without a grant after which what was written ahead is taken back: longer than any waiting between two calls. */
const QUIET_MS = 5_000

/** It has no tables. */
const STEPS: readonly MigrationStep[] = []

/**
 * One per sending account: gives leave for each call, whichever lane, dispatch or postbox it is of. The seconds are held in memory
 * only: after a restart it begins with one second's worth, and the provider's own 429 stands behind it. The day and the breaker are
 * kept. A shell over `account.ts`.
 */
export class SenderQuota extends DurableObject {
  readonly #db: Database
  readonly #entry: StoredEntry<AccountState>
  #account = new AccountQuota(undefined, Date.now())
  #quiet: ReturnType<typeof setTimeout> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#entry = this.#db.entry('account', accountStateSchema)
    this.#db.keepInSync(() => {
      this.#account = new AccountQuota(this.#entry.get(), Date.now())
    })
  }

  acquire(request: AcquireRequest): AcquireResult {
    const result = this.#account.acquire(request, Date.now(), Math.random)
    this.#save()
    clearTimeout(this.#quiet)
    if (this.#account.isAhead()) {
      this.#quiet = setTimeout(() => {
        this.#account.releaseUnused()
        this.#save()
      }, QUIET_MS)
    }
    return result
  }

  /** What a lane has to tell that will make no further call. */
  report(reports: readonly CallReport[]): void {
    this.#account.report(reports, Date.now(), Math.random)
    this.#save()
  }

  /** Why no appeals leave at present, or null. */
  currentHold(limits: DailyLimits): AccountHold | null {
    return this.#account.currentHold(limits, Date.now())
  }

  /** Somebody has looked at the account, and wants it tried at once. */
  retryNow(): void {
    this.#account.retryNow(Date.now())
    this.#save()
  }

  /** The output gate holds the answer until this is durable. Where it cannot be written, the account is what it was before. */
  #save(): void {
    const unsaved = this.#account.takeUnsaved()
    if (unsaved !== null) this.#db.transaction(() => this.#entry.put(unsaved))
  }
}
