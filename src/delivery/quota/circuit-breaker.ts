import * as z from 'zod'
import { backoffMs } from '../../kit/backoff.ts'

/** Calls in a row without an answer, over all lanes, after which the breaker opens. */
export const SILENT_CALLS = 5
/** Milliseconds until the first probe. The pause doubles after each failed probe, up to ten minutes. */
const FIRST_PROBE_MS = 5_000
/** Milliseconds until the first probe of a refused account. Longer, since only an organiser can correct the account. */
const FIRST_PROBE_OF_REFUSED_MS = 60_000
/** Longest duration of a probe in milliseconds, with its answer and report: longer than the timeout of any call. */
const PROBE_LEASE_MS = 120_000
/** Milliseconds until a waiting caller asks again during a probe. */
const RETRY_DURING_PROBE_MS = 10_000

/** Why the breaker opened: calls without an answer (`silent`), or a refusal of the account. */
const causeSchema = z.discriminatedUnion('why', [
  z.object({ why: z.literal('silent'), detail: z.string() }),
  z.object({ why: z.literal('refused'), reason: z.string(), detail: z.string() }),
])
type BreakerCause = z.infer<typeof causeSchema>

/**
 * A circuit breaker (Nygard, “Release It!”). It is closed while `open` is undefined. An open breaker lets no call pass until `until`. Then
 * it is half-open: one probe call at a time, until one is answered. Times are epoch ms.
 */
export const circuitBreakerSchema = z.object({
  silent: z.int(), // calls in a row without an answer
  probes: z.int(), // probes so far; the number is the id of the next one
  open: z
    .object({
      until: z.number(),
      times: z.int(),
      cause: causeSchema,
      probe: z.object({ id: z.int(), until: z.number() }).exactOptional(),
    })
    .exactOptional(),
})
export type CircuitBreaker = z.infer<typeof circuitBreakerSchema>

export const closedBreaker: CircuitBreaker = { silent: 0, probes: 0 }

/** The result of a call. `probe` is the probe's id, if the call was one. `unused`: a probe was permitted and no call was made. */
export type CallResult =
  | { kind: 'answered'; probe?: number }
  | { kind: 'unused'; probe: number }
  | { kind: 'failed'; cause: BreakerCause; probe?: number }

/** Whether a call may be made; a probe must be stored (`breaker`) before its call. */
type BreakerAdmission =
  | { kind: 'go' }
  | { kind: 'probe'; id: number; breaker: CircuitBreaker }
  | { kind: 'wait'; until: number; cause: BreakerCause }

/** Decides whether a call may be made at `now` (epoch ms). If it is a probe, the caller stores the returned breaker first. */
export function admit(breaker: CircuitBreaker, now: number): BreakerAdmission {
  const { open } = breaker
  if (open === undefined) return { kind: 'go' }
  if (now < open.until) return { kind: 'wait', until: open.until, cause: open.cause }
  if (open.probe !== undefined && now < open.probe.until) {
    return { kind: 'wait', until: Math.min(open.probe.until, now + RETRY_DURING_PROBE_MS), cause: open.cause }
  }
  const id = breaker.probes + 1
  const probe = { id, until: now + PROBE_LEASE_MS }
  return { kind: 'probe', id, breaker: { ...breaker, probes: id, open: { ...open, probe } } }
}

/** The breaker after a call. While it is open, only an answer or the result of the current probe changes it. `random` in [0, 1). */
export function afterCall(breaker: CircuitBreaker, result: CallResult, now: number, random: number): CircuitBreaker {
  const { open, probes } = breaker
  if (result.kind === 'answered') return { silent: 0, probes }
  if (open === undefined) {
    if (result.kind === 'unused') return breaker
    const silent = breaker.silent + 1
    if (result.cause.why === 'silent' && silent < SILENT_CALLS) return { ...breaker, silent }
    return { silent, probes, open: openState(result.cause, 0, now, random) }
  }
  if (result.probe === undefined || result.probe !== open.probe?.id) return breaker
  if (result.kind === 'unused')
    return { ...breaker, open: { ...open, until: now, probe: { id: result.probe, until: now } } }
  return { ...breaker, open: openState(result.cause, open.times + 1, now, random) }
}

const openState = (cause: BreakerCause, times: number, now: number, random: number) => {
  const firstMs = cause.why === 'silent' ? FIRST_PROBE_MS : FIRST_PROBE_OF_REFUSED_MS
  return { until: now + backoffMs(times, random, 0, { firstMs }), times, cause }
}

/** Lets the next probe start at once, since an organiser has resumed. Returns a closed breaker unchanged. */
export const probeNow = (breaker: CircuitBreaker, now: number): CircuitBreaker =>
  breaker.open === undefined ? breaker : { ...breaker, open: { ...breaker.open, until: now, times: 0 } }
