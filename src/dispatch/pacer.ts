import { DurableObject } from 'cloudflare:workers'
import { type Bucket, take } from './pace.ts'

/**
 * One per sending account: gives leave for each call, whichever lane or dispatch it is of. Held in memory only: after a restart it
 * begins with one second's worth, and the provider's own 429 stands behind it.
 */
export class Pacer extends DurableObject {
  readonly #buckets = new Map<string, Bucket>()

  /** 0: go. Otherwise milliseconds until it is worth asking again; nothing has been taken then. */
  leave(callsPerSecond: number, dispatch?: { id: string; people: number; ratePerMinute: number }): number {
    const now = Date.now()
    if (dispatch !== undefined) {
      const waitMs = this.#take(dispatch.id, dispatch.ratePerMinute / 60, dispatch.people, now)
      if (waitMs > 0) return waitMs
    }
    const waitMs = this.#take('account', callsPerSecond, 1, now)
    if (waitMs > 0 && dispatch !== undefined) this.#giveBack(dispatch.id, dispatch.people)
    return waitMs
  }

  #take(name: string, perSecond: number, cost: number, now: number): number {
    const burst = Math.max(1, perSecond)
    const taken = take(this.#buckets.get(name) ?? { tokens: 0, at: now }, perSecond, burst, cost, now)
    this.#buckets.set(name, taken.bucket)
    return taken.waitMs
  }

  #giveBack(name: string, cost: number): void {
    const bucket = this.#buckets.get(name)
    if (bucket !== undefined) this.#buckets.set(name, { ...bucket, tokens: bucket.tokens + cost })
  }
}
