import * as z from 'zod'
import { backoffMs } from '../backoff.ts'

/** Calls without an answer, one after the other over all lanes, after which an account is left alone. */
export const SILENT_CALLS = 5
/** Milliseconds after which the first probe goes; doubled after each that fails, up to ten minutes. */
const FIRST_PROBE_MS = 5_000
/** The same for an account that is refused: nothing but a person mends that, and people are slower. */
const FIRST_PROBE_OF_REFUSED_MS = 60_000
/** Milliseconds for which a probe may be under way, answer and report included: longer than any call is waited for. */
const PROBE_LEASE_MS = 120_000
/** Milliseconds after which those who wait look again while a probe is under way. */
export const RETRY_DURING_PROBE_MS = 10_000

/** No answers, or the account itself refused. */
const causeSchema = z.discriminatedUnion('why', [
  z.object({ why: z.literal('silent'), detail: z.string() }),
  z.object({ why: z.literal('refused'), reason: z.string(), detail: z.string() }),
])
export type BreakerCause = z.infer<typeof causeSchema>

/**
 * A circuit breaker (Nygard, “Release It!”): closed while `open` is undefined; open until its time; then half-open, with one probe at a
 * time, until something is answered. `probe` names the one under way.
 */
export const circuitBreakerSchema = z.object({
  silent: z.int(), // calls in a row without an answer
  probes: z.int(), // given so far, for their names
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

/** What became of a call. `unused`: leave was given for a probe and no call was made. `probe` is the probe's name, if it was one. */
export type CallResult =
  | { kind: 'answered'; probe?: number }
  | { kind: 'unused'; probe: number }
  | { kind: 'failed'; cause: BreakerCause; probe?: number }

export type BreakerAdmission =
  | { kind: 'go' }
  | { kind: 'probe'; id: number; breaker: CircuitBreaker }
  | { kind: 'wait'; until: number; cause: BreakerCause }

/** Whether a call may be made. A probe holds from the moment its breaker is kept. */
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

/** What a call's end makes of it. While it is open only an answer or the end of the probe under way changes anything. */
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
  return { until: now + backoffMs(times, random, 0, firstMs), times, cause }
}

/** A person has looked: the next probe goes at once. */
export const probeNow = (breaker: CircuitBreaker, now: number): CircuitBreaker =>
  breaker.open === undefined ? breaker : { ...breaker, open: { ...breaker.open, until: now, times: 0 } }
