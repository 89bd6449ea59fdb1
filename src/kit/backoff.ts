import { DAY_MS, MINUTE_MS } from './durations.ts'

/** Milliseconds before the second try, unless the caller gives another first pause. */
const FIRST_PAUSE_MS = 1_000
/** Longest pause between tries in milliseconds: ten minutes. A provider that still refuses then gains nothing from more calls. */
const LONGEST_PAUSE_MS = 600_000

/**
 * Longest Retry-After that is obeyed, in milliseconds: one day. Provider quotas return within a day, and a wrong number must not
 * delay people for ever. The provider may ask for another day in its next answer.
 */
export const LONGEST_WAIT_MS = DAY_MS

type Pauses = { firstMs?: number; longestMs?: number }

/**
 * Milliseconds to wait before the next try: exponential in `tries`, and at least `retryAfterSeconds`. `random` in [0, 1) spreads the
 * pause over its upper half, so that lanes do not call at the same moment.
 */
export function backoffMs(
  tries: number,
  random: number,
  retryAfterSeconds = 0,
  { firstMs = FIRST_PAUSE_MS, longestMs = LONGEST_PAUSE_MS }: Pauses = {},
): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 20))
  const requestedMs = Number.isFinite(retryAfterSeconds) ? Math.min(retryAfterSeconds * 1_000, LONGEST_WAIT_MS) : 0
  return Math.max(requestedMs, Math.round(ceiling / 2 + (ceiling / 2) * random))
}

/** Pauses of a dispatch's alarms, which stop after ten failures: from five seconds to a minute, so that they stop within eight minutes. */
const ALARM_PAUSES = { firstMs: 5_000, longestMs: MINUTE_MS }

/** Milliseconds until a failed alarm of a dispatch is tried again. */
export const alarmPauseMs = (failures: number, random: number): number => backoffMs(failures, random, 0, ALARM_PAUSES)
