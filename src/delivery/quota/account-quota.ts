import * as z from 'zod'
import type { Limits } from '../../transports/transport.ts'
import { RetrySlots, type TokenBucket, takeTokens, tokenWaitMs } from '../token-bucket.ts'
import { admit, afterCall, type CallResult, circuitBreakerSchema, closedBreaker, probeNow } from './circuit-breaker.ts'
import {
  bulkShare,
  DAY_MS,
  type DailyLimits,
  type DailyUsage,
  dailyUsageSchema,
  grantMails,
  mailsAllowed,
  newDailyUsage,
  nthDay,
  reserveAhead,
  usageToday,
} from './daily-quota.ts'

/** Milliseconds of waiting for a turn that are spent awake: an alarm costs a row and two object requests, as much as two seconds. */
export const WORTH_WAITING_MS = 2_000
/**
 * The same for a letter: it takes the next free turn however many calls of appeals wait, and they, who wait less long, see the debt and
 * stand back. Longer, and a mailbox tries again by alarm.
 */
const LETTER_PATIENCE_MS = 20_000
/** Milliseconds for which an account that says “too many” without saying how long is left alone. */
const SLOW_DOWN_MS = 1_000
/**
 * Milliseconds for which it is left alone at the most, whatever it says: letters wait with the appeals, and asking once an hour is no
 * burden to anybody. A provider that is still refusing then says so again.
 */
const LONGEST_SLOW_DOWN_MS = 3_600_000

/** Somebody who wants to make a call. */
export type AcquireRequest = {
  limits: Limits
  people: number
  use: 'bulk' | 'letter'
  who: string // a lane, or a postbox: it has one turn at a time
  dispatch?: { id: string; ratePerMinute: number }
  /** What became of earlier calls: told here, so that it costs no request of its own. */
  reports?: readonly CallReport[]
}
/** `returned`: mails that were granted on that day, and were not taken by the provider. */
export type CallReport =
  | CallResult
  | { kind: 'slow-down'; forSeconds?: number }
  | { kind: 'returned'; people: number; day: number }

/** Why the account sends no appeals at present, and until when. */
export type AccountHold =
  | { why: 'rate' | 'slowed'; until: number }
  | { why: 'day'; until: number; mails: number; forBulk: number; warmUpDay?: number }
  | { why: 'silent'; until: number; detail: string }
  | { why: 'refused'; until: number; detail: string; reason: string }

/**
 * `go`: make the call after so many milliseconds, without asking again; `day` is the one its mails count to. Otherwise nothing was
 * taken; ask again at `until`.
 */
export type AcquireResult = { go: true; waitMs: number; day: number; probe?: number } | ({ go: false } & AccountHold)

/** What outlives a restart. `reserved` runs ahead of what was granted, by a block at most. */
export const accountStateSchema = z.object({
  reserved: dailyUsageSchema,
  breaker: circuitBreakerSchema,
  slowedUntil: z.number(),
  exhaustedDay: z.int().exactOptional(),
})
export type AccountState = z.infer<typeof accountStateSchema>

/**
 * One sending account: how fast, how much a day, and whether at all. Knows no clock and no storage; whoever holds it keeps `kept` when
 * `mustKeep` says so, before the leave is handed out.
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

  acquire(request: AcquireRequest, now: number, random: () => number): AcquireResult {
    this.report(request.reports ?? [], now, random)
    this.#day = usageToday(this.#day, now)
    const { slowedUntil, breaker } = this.#state
    const admission = request.use === 'letter' ? ({ kind: 'go' } as const) : admit(breaker, now)
    if (admission.kind === 'wait') return { go: false, ...admission.cause, until: admission.until }
    const patienceMs = request.use === 'letter' ? LETTER_PATIENCE_MS : WORTH_WAITING_MS
    if (slowedUntil > now + patienceMs) return { go: false, why: 'slowed', until: slowedUntil }
    const mails = mailsAllowed(request.limits, now)
    const granted = grantMails(this.#day, mails, request.people, request.use)
    if (granted === null) {
      if (this.#state.exhaustedDay !== this.#day.day) this.#update({ exhaustedDay: this.#day.day })
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

  report(reports: readonly CallReport[], now: number, random: () => number): void {
    for (const report of reports) {
      if (report.kind === 'slow-down') {
        const until = now + slowDownMs(report.forSeconds)
        if (until > this.#state.slowedUntil) this.#update({ slowedUntil: until })
      } else if (report.kind === 'returned') {
        if (report.day !== this.#day.day) continue // another day has its own
        this.#day = { ...this.#day, bulk: Math.max(0, this.#day.bulk - report.people) }
      } else {
        const breaker = afterCall(this.#state.breaker, report, now, random())
        // A count of silent calls is not worth a row: after a restart it begins anew.
        if (breaker.open === this.#state.breaker.open) this.#state = { ...this.#state, breaker }
        else this.#update({ breaker })
      }
    }
  }

  /** What stands in the way of appeals now; the breaker before the day, since it hides whether there is one. */
  currentHold(limits: DailyLimits, now: number): AccountHold | null {
    const { slowedUntil, exhaustedDay, breaker } = this.#state
    const { open } = breaker
    if (open !== undefined) return { ...open.cause, until: Math.max(open.until, now) }
    const day = usageToday(this.#day, now)
    if (exhaustedDay === day.day && mailsAllowed(limits, now) < Number.POSITIVE_INFINITY)
      return dayUsedUp(day, limits, now)
    return slowedUntil > now + WORTH_WAITING_MS ? { why: 'slowed', until: slowedUntil } : null
  }

  /** Somebody has looked at the account: what was learnt of it is tried anew at once. */
  retryNow(now: number): void {
    if (this.#state.breaker.open !== undefined) this.#update({ breaker: probeNow(this.#state.breaker, now) })
    if (this.#state.slowedUntil > now) this.#update({ slowedUntil: now })
  }

  /** Takes back what was written ahead, once nothing has been granted for a while: then a restart costs nothing. */
  releaseUnused(): void {
    const { reserved } = this.#state
    if (reserved.bulk !== this.#day.bulk || reserved.letters !== this.#day.letters)
      this.#update({ reserved: this.#day })
  }

  /** What must be kept before anything said since is acted on; null when nothing has changed. */
  takeUnsaved(): AccountState | null {
    if (!this.#isUnsaved) return null
    this.#isUnsaved = false
    return this.#state
  }

  /** Whether `settle` would change anything. */
  isAhead = (): boolean =>
    this.#state.reserved.bulk > this.#day.bulk || this.#state.reserved.letters > this.#day.letters

  #grant(granted: DailyUsage, mails: number): void {
    this.#day = granted
    if (mails === Number.POSITIVE_INFINITY) return // nothing to keep within, nothing to remember
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

  /** By the rate that holds longest. */
  #retrySlot(caller: string, rates: readonly CallRate[], now: number): number {
    const [slowest] = rates.toSorted((a, b) => b.waitMs(now) - a.waitMs(now))
    if (slowest === undefined) return now
    const slots = this.#slots.get(slowest.name) ?? new RetrySlots()
    this.#slots.set(slowest.name, slots)
    return slots.next(caller, now + slowest.waitMs(now), slowest.lastsMs, now)
  }
}

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
