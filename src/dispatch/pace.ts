/** Time as numbers: when to try again, and how fast an account may be used. Milliseconds throughout. */

const FIRST_PAUSE_MS = 1_000
/** Ten minutes: a provider that is still refusing then will not be helped by asking more often. */
const LONGEST_PAUSE_MS = 600_000

/** Exponential, with full jitter over its upper half so that lanes do not return together. `random` in [0, 1). */
export function backoffMs(tries: number, random: number, retryAfterSeconds = 0): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 20))
  return Math.max(retryAfterSeconds * 1_000, Math.round(ceiling / 2 + (ceiling / 2) * random))
}

/** Of a token: what adding and dividing floating-point numbers may leave over. */
const ROUNDING = 1e-9

/** A token bucket: `tokens` at the instant `at`; below zero it is in debt. */
export type Bucket = { tokens: number; at: number }

/**
 * Takes `cost` if the bucket is not in debt, and may leave it in debt, so that a cost above the burst is possible and the long-run
 * rate still holds. Otherwise takes nothing and tells when to ask again.
 */
export function take(
  bucket: Bucket,
  perSecond: number,
  burst: number,
  cost: number,
  now: number,
): { bucket: Bucket; waitMs: number } {
  const tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1_000)
  return tokens < -ROUNDING
    ? { bucket: { tokens, at: now }, waitMs: Math.ceil((-tokens * 1_000) / perSecond) }
    : { bucket: { tokens: tokens - cost, at: now }, waitMs: 0 }
}
