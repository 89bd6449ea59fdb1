import { DAY_MS } from '../kit/durations.ts'

/** Milliseconds before the second try. */
const FIRST_PAUSE_MS = 1_000
/** Ten minutes: a provider that is still refusing then will not be helped by asking more often. */
const LONGEST_PAUSE_MS = 600_000

/**
 * A day: whatever a provider says, its quotas come back within one, and a mistaken number must not keep people waiting for ever. It is
 * asked again then and may say so again.
 */
export const LONGEST_WAIT_MS = DAY_MS

/** Exponential, with full jitter over its upper half so that lanes do not return together. `random` in [0, 1). */
export function backoffMs(tries: number, random: number, retryAfterSeconds = 0, firstMs = FIRST_PAUSE_MS): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, firstMs * 2 ** Math.min(tries, 20))
  const requestedMs = Number.isFinite(retryAfterSeconds) ? Math.min(retryAfterSeconds * 1_000, LONGEST_WAIT_MS) : 0
  return Math.max(requestedMs, Math.round(ceiling / 2 + (ceiling / 2) * random))
}
