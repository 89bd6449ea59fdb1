/** Of a token: what adding and dividing floating-point numbers may leave over. */
const ROUNDING = 1e-9

/** A token bucket: `tokens` at the instant `at`; below zero it is in debt. */
export type TokenBucket = { tokens: number; at: number }

/**
 * Milliseconds until whoever asks now may go: 0 unless the bucket is in debt. It may be left in debt, so that a cost above the burst is
 * possible and the long-run rate still holds.
 */
export function tokenWaitMs(bucket: TokenBucket, perSecond: number, burst: number, now: number): number {
  const { tokens } = refill(bucket, perSecond, burst, now)
  return tokens < -ROUNDING ? Math.ceil((-tokens * 1_000) / perSecond) : 0
}

/**
 * Takes `cost` now for a call that begins once `waitFor` is over: a turn that is taken in advance, so that whoever waits asks only once
 * and nobody overtakes them.
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
 * When those who were refused leave should come back, each at a time of their own: were all of them told the same instant, one would
 * be let go and the others would have paid for an alarm in vain.
 */
export class RetrySlots {
  readonly #at = new Map<string, number>()

  /** The next free turn of `who`, not before `earliest`; a turn lasts `lastsMs`. */
  next(caller: string, earliest: number, lastsMs: number, now: number): number {
    // Somebody who comes before their turn was woken by a person: whoever else had a turn will come by themselves, or never.
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
