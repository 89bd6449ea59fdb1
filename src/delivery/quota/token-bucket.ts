/** Tolerance in tokens for the rounding of floating-point numbers. */
const ROUNDING = 1e-9

/** A token bucket: `tokens` at the time `at` (epoch ms). A negative number is a debt. */
export type TokenBucket = { tokens: number; at: number }

/**
 * Milliseconds until a call may begin: 0 unless the bucket is in debt. A call may leave a debt. So a call can cost more than the burst,
 * and the average rate still holds.
 */
export function tokenWaitMs(bucket: TokenBucket, perSecond: number, burst: number, now: number): number {
  const { tokens } = refill(bucket, perSecond, burst, now)
  return tokens < -ROUNDING ? Math.ceil((-tokens * 1_000) / perSecond) : 0
}

/**
 * The bucket after `cost` tokens are taken for a call that begins when its wait is over. The tokens are taken in advance: the caller asks
 * only once, and no other caller overtakes it.
 */
export function takeTokens(
  bucket: TokenBucket,
  perSecond: number,
  burst: number,
  cost: number,
  now: number,
): TokenBucket {
  const { tokens } = refill(bucket, perSecond, burst, now)
  return { tokens: tokens - cost, at: Math.max(now, bucket.at) }
}

const refill = (bucket: TokenBucket, perSecond: number, burst: number, now: number): TokenBucket => ({
  tokens: Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1_000),
  at: now,
})

/**
 * Gives each caller that was denied a permit its own time to ask again. If all came back at the same time, one would get a permit and the
 * others would have paid for an alarm in vain.
 */
export class RetrySlots {
  readonly #at = new Map<string, number>()

  /** When `caller` should ask again: the next free time from `earliest` on, `lastsMs` after the last one taken. In epoch ms. */
  next(caller: string, earliest: number, lastsMs: number, now: number): number {
    // A caller that comes early was woken by an organiser. The other callers come by themselves or not at all, so their times are freed.
    if (now < (this.#at.get(caller) ?? 0)) this.#at.clear()
    this.#at.delete(caller)
    let slot = earliest
    for (const [other, at] of this.#at) {
      if (at < now) this.#at.delete(other)
      else slot = Math.max(slot, at + lastsMs)
    }
    this.#at.set(caller, slot)
    return slot
  }
}
