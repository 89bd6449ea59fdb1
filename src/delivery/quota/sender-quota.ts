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
import { AccountStop, type StopOrder } from './account-stop.ts'
import type { DailyLimits } from './daily-quota.ts'

/** Milliseconds without a request after which unused reserved mails are released: longer than any pause between two calls. */
const QUIET_MS = 5_000

/** No migration steps: the object stores one entry and has no tables. */
const STEPS: readonly MigrationStep[] = []

/**
 * The quota of one sending account: permits each call of lanes, campaigns and mailbox queues. The daily usage and the breaker are stored.
 * The call rate is kept in memory only: after a restart it allows one second's calls, and the provider's own 429 limits the rest.
 */
export class SenderQuota extends DurableObject {
  readonly #db: Database
  readonly #entry: StoredEntry<AccountState>
  readonly #stop: AccountStop
  #account = new AccountQuota(undefined, Date.now())
  #quiet: ReturnType<typeof setTimeout> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#entry = this.#db.entry('account', accountStateSchema)
    this.#stop = new AccountStop(this.#db, Date.now())
    this.#db.keepInSync(() => {
      this.#account = new AccountQuota(this.#entry.get(), Date.now())
    })
  }

  /** Grants or denies one call. */
  acquire(request: AcquireRequest): AcquireResult {
    const refusal = this.#stop.refusal(request, Date.now())
    if (refusal !== null) {
      this.report(request.reports ?? [])
      return refusal
    }
    const result = this.#account.acquire(request, Date.now(), Math.random)
    this.#save()
    if (result.go) this.#stop.granted(result.waitMs, Date.now())
    clearTimeout(this.#quiet)
    if (this.#account.isAhead()) {
      this.#quiet = setTimeout(() => {
        this.#account.releaseUnused()
        this.#save()
      }, QUIET_MS)
    }
    return result
  }

  /** Stops the account for all but single mails, or lets it go on. Returns the milliseconds until the last permitted call may begin. */
  obeyStop(order: StopOrder): number {
    return this.#stop.obey(order, Date.now())
  }

  /** Whether a call whose permit is old may begin. */
  confirm(): boolean {
    return this.#stop.confirm(Date.now())
  }

  /** Takes the results of calls from a caller that makes no further request. */
  report(reports: readonly CallReport[]): void {
    this.#account.report(reports, Date.now(), Math.random)
    this.#save()
  }

  /** Why the account sends no appeals at present, or null. */
  currentHold(limits: DailyLimits): AccountHold | null {
    return this.#account.currentHold(limits, Date.now())
  }

  /** Lets the next call test the account at once, since an organiser has resumed. */
  retryNow(): void {
    this.#account.retryNow(Date.now())
    this.#save()
  }

  /** Stores the account if it changed. The platform's output gate delays the answer until then; a failed write undoes the change. */
  #save(): void {
    const unsaved = this.#account.takeUnsaved()
    if (unsaved !== null) this.#db.transaction(() => this.#entry.put(unsaved))
  }
}
