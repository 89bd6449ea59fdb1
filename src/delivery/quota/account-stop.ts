import * as z from 'zod'
import { MINUTE_MS } from '../../kit/durations.ts'
import type { Database, StoredEntry } from '../../storage/database.ts'
import { type AcquireRequest, LONGEST_BULK_WAIT_MS } from './account-quota.ts'
import { LATEST_BEGIN_MS } from './start-permit.ts'

/** Milliseconds after which a mail that a stop holds asks again. */
const ASK_AGAIN_MS = 5 * MINUTE_MS

/** Whether everything that sends is stopped. `version` counts the changes: an order that arrives late is ignored. */
const stopOrder = z.object({ version: z.int(), stopped: z.boolean() })
export type StopOrder = z.infer<typeof stopOrder>

/** Whether a sending account is stopped, and when the last call with a permit of before may begin. */
export class AccountStop {
  readonly #entry: StoredEntry<StopOrder>
  #order: StopOrder | undefined
  #latestBegin: number

  constructor(db: Database, now: number) {
    this.#entry = db.entry('stop', stopOrder)
    this.#latestBegin = now + LONGEST_BULK_WAIT_MS + LATEST_BEGIN_MS // an instance of before may have granted permits until now
    db.keepInSync(() => {
      this.#order = this.#entry.get()
    })
  }

  /** Obeys an order, unless it knows a later one. Returns the milliseconds until the last call with a permit may begin. */
  obey(order: StopOrder, now: number): number {
    if (order.version > (this.#order?.version ?? 0)) {
      this.#entry.put(order)
      this.#order = order
    }
    return Math.max(0, this.#latestBegin - now)
  }

  /** Refuses a permit while the account is stopped; null if it may be granted. */
  refusal({ use, ofMany }: Pick<AcquireRequest, 'use' | 'ofMany'>, now: number) {
    const isHeld = this.#order?.stopped === true && (use === 'bulk' || ofMany === true)
    return isHeld ? ({ go: false, why: 'stopped', until: now + ASK_AGAIN_MS } as const) : null
  }

  /** Records a permit for a call after `waitMs`. */
  granted(waitMs: number, now: number): void {
    this.#latestBegin = Math.max(this.#latestBegin, now + waitMs + LATEST_BEGIN_MS)
  }

  /** Whether a call whose permit is old may begin, if it begins soon. */
  confirm(now: number): boolean {
    if (this.#order?.stopped === true) return false
    this.granted(0, now)
    return true
  }
}
