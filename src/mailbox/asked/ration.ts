import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'

/** Most unanswered confirmations of the whole deployment within any minute and any hour. */
export type RationLimits = { perMinute: number; perHour: number }

/** One client network gets at most this part of the ration: a hall behind one address, yet ten networks must join to use all of it. */
const NETWORK_PART = 10
/** Most unanswered confirmations to one recipient domain within an hour, while it is rationed. */
export const DOMAIN_PER_HOUR = 20
/** Part of the hour's ration that can leave at once. The rest leaves evenly, so that a flood never uses up the hour. */
const LARGEST_BURST = 0.5

/** A confirmation that has left and is unanswered. `network` and `domain` are hashes; an empty domain is not rationed. */
export type UnansweredMail = { at: number; network: string; domain: string }

export const networkLimits = ({ perMinute, perHour }: RationLimits): RationLimits => ({
  perMinute: Math.max(1, Math.floor(perMinute / NETWORK_PART)),
  perHour: Math.max(1, Math.floor(perHour / NETWORK_PART)),
})

/** When one more mail may leave, as far as the whole deployment is concerned (epoch ms; `now` if at once). */
export function deploymentOpenAt(times: readonly number[], limits: RationLimits, now: number): number {
  return Math.max(windowOpenAt(times, limits.perMinute, MINUTE_MS, now), bucketOpenAt(times, limits, now))
}

/** When one more mail may leave to fewer than `most` within any period of `periodMs`. `times` in ascending order. */
export function windowOpenAt(times: readonly number[], most: number, periodMs: number, now: number): number {
  const blocking = times[times.length - most]
  return blocking === undefined ? now : Math.max(now, blocking + periodMs)
}

/**
 * When the bucket of the hour has a mail (epoch ms). Its level is computed from the unanswered mails of the last hour, so an answer
 * counts as if its mail had never left. Burst and refill together are the hour's ration: no hour can exceed it.
 */
function bucketOpenAt(times: readonly number[], { perMinute, perHour }: RationLimits, now: number): number {
  const most = Math.max(1, Math.min(perMinute, Math.floor(perHour * LARGEST_BURST)))
  const perMs = (perHour - most) / HOUR_MS
  let [level, at] = [most, now - HOUR_MS]
  for (const time of times) {
    if (time <= now - HOUR_MS) continue
    level = Math.min(most, level + (time - at) * perMs) - 1
    at = time
  }
  level = Math.min(most, level + (now - at) * perMs)
  if (level >= 1 - TOLERANCE) return now
  const oldest = times.find((time) => time > now - HOUR_MS) ?? now
  return Math.min(perMs > 0 ? now + Math.ceil((1 - level) / perMs) : Number.POSITIVE_INFINITY, oldest + HOUR_MS)
}

/** Rounding errors of a level that is added up from up to an hour's mails. */
const TOLERANCE = 1e-6
