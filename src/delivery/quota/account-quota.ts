import * as z from 'zod'
import { DAY_MS, HOUR_MS } from '../../kit/durations.ts'
import type { Limits } from '../../transports/transport.ts'
import { admit, afterCall, type CallResult, circuitBreakerSchema, closedBreaker, probeNow } from './circuit-breaker.ts'
import {
  bulkShare,
  type DailyLimits,
  type DailyUsage,
  dailyUsageSchema,
  grantMails,
  mailsAllowed,
  newDailyUsage,
  nthDay,
  type QuotaUse,
  reserveAhead,
  usageToday,
} from './daily-quota.ts'
import { RetrySlots, type TokenBucket, takeTokens, tokenWaitMs } from './token-bucket.ts'

/** Longest wait for a permit, in milliseconds, that a lane spends awake. An alarm costs as much as two seconds awake. */
export const LONGEST_BULK_WAIT_MS = 2_000
/**
 * Longest wait for a permit, in milliseconds, of a transactional mail. Its longer patience gives it precedence over bulk mail,
 * which gives up sooner. After a longer wait the mailbox queue tries again by alarm.
 */
const TRANSACTIONAL_PATIENCE_MS = 20_000
/**
 * Longest wait for a permit, in milliseconds, of a mail that a stranger can ask for: half of that of other transactional mails. So those
 * get a permit while a flood of confirmations waits.
 */
const ASKED_PATIENCE_MS = TRANSACTIONAL_PATIENCE_MS / 2
const PATIENCE_MS: Record<QuotaUse, number> = {
  bulk: LONGEST_BULK_WAIT_MS,
  asked: ASKED_PATIENCE_MS,
  transactional: TRANSACTIONAL_PATIENCE_MS,
}
/** Milliseconds without calls after a provider answers “too many” without a Retry-After. */
const SLOW_DOWN_MS = 1_000
/**
 * Longest Retry-After of an account that is obeyed, in milliseconds: one hour. Transactional mails wait for it too, and one call an hour
 * burdens no provider. A provider that still refuses then can ask for another hour.
 */
const LONGEST_SLOW_DOWN_MS = HOUR_MS

/** A request for a permit to make one call with `people` mails. */
export type AcquireRequest = {
  limits: Limits
  people: number
  use: QuotaUse
  ofMany?: boolean // one of many mails that an organiser started, although not bulk: a stop holds it
  who: string // the lane or mailbox queue that asks: it has one place in the queue
  dispatch?: { id: string; ratePerMinute: number }
  /** Results of earlier calls. Sent with the next request, so that they cost no request of their own. */
  reports?: readonly CallReport[]
}
/** What a call showed about its account. `returned`: mails charged to `day` that the provider did not accept. */
export type CallReport =
  | CallResult
  | { kind: 'slow-down'; forSeconds?: number }
  | { kind: 'returned'; people: number; day: number }

/** Why the account sends no bulk mail at present, and until when (epoch ms). */
export type AccountHold =
  | { why: 'rate' | 'slowed'; until: number }
  | { why: 'day'; until: number; mails: number; forBulk: number; warmUpDay?: number }
  | { why: 'silent'; until: number; detail: string }
  | { why: 'refused'; until: number; detail: string; reason: string }

/**
 * The answer to a request for a permit. With `go`, the caller makes its call after `waitMs` without asking again; its mails are charged to
 * `day` (days since 1970). Without `go`, nothing was charged, and the caller asks again at `until`.
 */
export type AcquireResult =
  | { go: true; waitMs: number; day: number; probe?: number }
  | ({ go: false } & (AccountHold | { why: 'stopped'; until: number }))

/** The stored state of an account. `reserved` covers the mails granted today and up to one block ahead (`reserveAhead`). */
export const accountStateSchema = z.object({
  reserved: dailyUsageSchema,
  breaker: circuitBreakerSchema,
  slowedUntil: z.number(),
  exhaustedDay: z.int().exactOptional(),
})
export type AccountState = z.infer<typeof accountStateSchema>

/**
 * The quota of one sending account: its call rate, its daily quota and its circuit breaker. Has no clock and no storage. The caller must
 * store the result of `takeUnsaved` before it hands out a permit.
 */
export class AccountQuota {
  #day: DailyUsage
  #state: AccountState
  #isUnsaved = false
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #slots = new Map<string, RetrySlots>()

  constructor(state: AccountState | undefined, now: number) {
    this.#state = state ?? { reserved: newDailyUsage(now), breaker: closedBreaker, slowedUntil: 0 }
    this.#day = this.#state.reserved
  }

  /** Grants or denies a call at `now` (epoch ms). A granted call is charged at once. */
  acquire(request: AcquireRequest, now: number, random: () => number): AcquireResult {
    this.report(request.reports ?? [], now, random)
    this.#day = usageToday(this.#day, now)
    const { slowedUntil, breaker } = this.#state
    const admission = request.use === 'bulk' ? admit(breaker, now) : ({ kind: 'go' } as const)
    if (admission.kind === 'wait') return { go: false, ...admission.cause, until: admission.until }
    const patienceMs = PATIENCE_MS[request.use]
    if (slowedUntil > now + patienceMs) return { go: false, why: 'slowed', until: slowedUntil }
    const mails = mailsAllowed(request.limits, now)
    const granted = grantMails(this.#day, mails, request.people, request.use)
    if (granted === null) {
      if (request.use === 'bulk' && this.#state.exhaustedDay !== this.#day.day)
        this.#update({ exhaustedDay: this.#day.day })
      return { go: false, ...dayUsedUp(this.#day, request.limits, now) }
    }
    const rates = this.#rates(request)
    const waitMs = Math.max(0, slowedUntil - now, ...rates.map((rate) => rate.waitMs(now)))
    if (waitMs > patienceMs) return { go: false, why: 'rate', until: this.#retrySlot(request.who, rates, now) }
    for (const rate of rates) rate.spend(now)
    this.#grant(granted, mails)
    const { day } = granted
    if (admission.kind !== 'probe') return { go: true, waitMs, day }
    this.#update({ breaker: admission.breaker })
    return { go: true, waitMs, day, probe: admission.id }
  }

  /** Applies the results of earlier calls. */
  report(reports: readonly CallReport[], now: number, random: () => number): void {
    for (const report of reports) {
      if (report.kind === 'slow-down') {
        const until = now + slowDownMs(report.forSeconds)
        if (until > this.#state.slowedUntil) this.#update({ slowedUntil: until })
      } else if (report.kind === 'returned') {
        if (report.day !== this.#day.day) continue // charged to an earlier day
        this.#day = { ...this.#day, bulk: Math.max(0, this.#day.bulk - report.people) }
      } else {
        const breaker = afterCall(this.#state.breaker, report, now, random())
        // Storing each count of calls without an answer would cost a row: after a restart it begins at zero.
        if (breaker.open === this.#state.breaker.open) this.#state = { ...this.#state, breaker }
        else this.#update({ breaker })
      }
    }
  }

  /** Why the account sends no bulk mail at `now` (epoch ms), or null. An open breaker comes first, since it hides the other reasons. */
  currentHold(limits: DailyLimits, now: number): AccountHold | null {
    const { slowedUntil, exhaustedDay, breaker } = this.#state
    const { open } = breaker
    if (open !== undefined) return { ...open.cause, until: Math.max(open.until, now) }
    const day = usageToday(this.#day, now)
    if (exhaustedDay === day.day && mailsAllowed(limits, now) < Number.POSITIVE_INFINITY)
      return dayUsedUp(day, limits, now)
    return slowedUntil > now + LONGEST_BULK_WAIT_MS ? { why: 'slowed', until: slowedUntil } : null
  }

  /** Forgets the breaker's pause and the Retry-After: the next call tests the account at once. Called when an organiser resumes. */
  retryNow(now: number): void {
    if (this.#state.breaker.open !== undefined) this.#update({ breaker: probeNow(this.#state.breaker, now) })
    if (this.#state.slowedUntil > now) this.#update({ slowedUntil: now })
  }

  /** Releases the mails that are reserved ahead but not granted, so that a restart loses none of them. */
  releaseUnused(): void {
    const { reserved } = this.#state
    if (reserved.bulk !== this.#day.bulk || reserved.transactional !== this.#day.transactional)
      this.#update({ reserved: this.#day })
  }

  /** The state to store before the caller acts on any result; null if nothing has changed since the last call. */
  takeUnsaved(): AccountState | null {
    if (!this.#isUnsaved) return null
    this.#isUnsaved = false
    return this.#state
  }

  /** Whether `releaseUnused` would change anything. */
  isAhead = (): boolean =>
    this.#state.reserved.bulk > this.#day.bulk || this.#state.reserved.transactional > this.#day.transactional

  #grant(granted: DailyUsage, mails: number): void {
    this.#day = granted
    if (mails === Number.POSITIVE_INFINITY) return // without a daily limit there is nothing to store
    const reserved = reserveAhead(this.#state.reserved, granted, mails)
    if (reserved !== null) this.#update({ reserved })
  }

  #update(change: Partial<AccountState>): void {
    this.#state = { ...this.#state, ...change }
    this.#isUnsaved = true
  }

  #rates({ limits, dispatch, people }: AcquireRequest): CallRate[] {
    const account = this.#rate('account', limits.callsPerSecond, 1)
    return dispatch === undefined ? [account] : [account, this.#rate(dispatch.id, dispatch.ratePerMinute / 60, people)]
  }

  #rate(name: string, perSecond: number, cost: number): CallRate {
    const burst = Math.max(1, perSecond) // a second's worth
    const bucket = (now: number) => this.#buckets.get(name) ?? { tokens: 0, at: now }
    return {
      name,
      lastsMs: (cost / perSecond) * 1_000,
      waitMs: (now) => tokenWaitMs(bucket(now), perSecond, burst, now),
      spend: (now) => this.#buckets.set(name, takeTokens(bucket(now), perSecond, burst, cost, now)),
    }
  }

  /** When the caller should ask again (epoch ms), by the slowest of the rates. */
  #retrySlot(caller: string, rates: readonly CallRate[], now: number): number {
    const [slowest] = rates.toSorted((a, b) => b.waitMs(now) - a.waitMs(now))
    if (slowest === undefined) return now
    const slots = this.#slots.get(slowest.name) ?? new RetrySlots()
    this.#slots.set(slowest.name, slots)
    return slots.next(caller, now + slowest.waitMs(now), slowest.lastsMs, now)
  }
}

/** A rate that a call must keep to; `lastsMs` is how long the call occupies it. */
type CallRate = { name: string; lastsMs: number; waitMs(now: number): number; spend(now: number): void }

const slowDownMs = (seconds = Number.NaN): number =>
  Number.isFinite(seconds) ? Math.min(seconds * 1_000, LONGEST_SLOW_DOWN_MS) : SLOW_DOWN_MS

const dayUsedUp = (day: DailyUsage, limits: DailyLimits, now: number) => {
  const mails = mailsAllowed(limits, now)
  const warmsUp = limits.warmUpSince !== undefined && mails < (limits.mailsPerDay ?? Number.POSITIVE_INFINITY)
  return {
    why: 'day' as const,
    until: (day.day + 1) * DAY_MS,
    mails,
    forBulk: bulkShare(mails),
    ...(warmsUp && limits.warmUpSince !== undefined && { warmUpDay: nthDay(limits.warmUpSince, now) }),
  }
}
