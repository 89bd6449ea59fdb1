import * as z from 'zod'
import type { Limits } from '../../transports/transport.ts'
import { type Bucket, Turns, take, waitFor } from '../backoff.ts'
import { admit, breakerSchema, closed, type Noted, noted, probeNow } from './circuit-breaker.ts'
import {
  ahead,
  bulkShare,
  DAY_MS,
  type Day,
  type DayLimits,
  daySchema,
  grant,
  mailsOn,
  newDay,
  nthDay,
  today,
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
export type Ask = {
  limits: Limits
  people: number
  use: 'bulk' | 'letter'
  who: string // a lane, or a postbox: it has one turn at a time
  dispatch?: { id: string; ratePerMinute: number }
  /** What became of earlier calls: told here, so that it costs no request of its own. */
  told?: readonly Told[]
}
/** `returned`: mails that were granted on that day, and were not taken by the provider. */
export type Told =
  | Noted
  | { kind: 'slow-down'; forSeconds?: number }
  | { kind: 'returned'; people: number; day: number }

/** Why the account sends no appeals at present, and until when. */
export type Held =
  | { why: 'rate' | 'slowed'; until: number }
  | { why: 'day'; until: number; mails: number; forBulk: number; warmUpDay?: number }
  | { why: 'silent'; until: number; detail: string }
  | { why: 'refused'; until: number; detail: string; reason: string }

/**
 * `go`: make the call after so many milliseconds, without asking again; `day` is the one its mails count to. Otherwise nothing was
 * taken; ask again at `until`.
 */
export type Leave = { go: true; waitMs: number; day: number; probe?: number } | ({ go: false } & Held)

/** What outlives a restart. `written` runs ahead of what was granted, by a block at most. */
export const keptSchema = z.object({
  written: daySchema,
  breaker: breakerSchema,
  slowedUntil: z.number(),
  full: z.int().exactOptional(),
})
export type Kept = z.infer<typeof keptSchema>

/**
 * One sending account: how fast, how much a day, and whether at all. Knows no clock and no storage; whoever holds it keeps `kept` when
 * `mustKeep` says so, before the leave is handed out.
 */
export class Account {
  #day: Day
  #kept: Kept
  #mustKeep = false
  readonly #buckets = new Map<string, Bucket>()
  readonly #turns = new Map<string, Turns>()

  constructor(kept: Kept | undefined, now: number) {
    this.#kept = kept ?? { written: newDay(now), breaker: closed, slowedUntil: 0 }
    this.#day = this.#kept.written
  }

  leave(ask: Ask, now: number, random: () => number): Leave {
    this.note(ask.told ?? [], now, random)
    this.#day = today(this.#day, now)
    const { slowedUntil, breaker } = this.#kept
    const admission = ask.use === 'letter' ? ({ kind: 'go' } as const) : admit(breaker, now)
    if (admission.kind === 'wait') return { go: false, ...admission.cause, until: admission.until }
    const patienceMs = ask.use === 'letter' ? LETTER_PATIENCE_MS : WORTH_WAITING_MS
    if (slowedUntil > now + patienceMs) return { go: false, why: 'slowed', until: slowedUntil }
    const mails = mailsOn(ask.limits, now)
    const granted = grant(this.#day, mails, ask.people, ask.use)
    if (granted === null) {
      if (this.#kept.full !== this.#day.day) this.#keep({ full: this.#day.day })
      return { go: false, ...used(this.#day, ask.limits, now) }
    }
    const rates = this.#rates(ask)
    const waitMs = Math.max(0, slowedUntil - now, ...rates.map((rate) => rate.waitMs(now)))
    if (waitMs > patienceMs) return { go: false, why: 'rate', until: this.#turnOf(ask.who, rates, now) }
    for (const rate of rates) rate.spend(now)
    this.#grant(granted, mails)
    const { day } = granted
    if (admission.kind !== 'probe') return { go: true, waitMs, day }
    this.#keep({ breaker: admission.breaker })
    return { go: true, waitMs, day, probe: admission.id }
  }

  note(told: readonly Told[], now: number, random: () => number): void {
    for (const what of told) {
      if (what.kind === 'slow-down') {
        const until = now + slowDownMs(what.forSeconds)
        if (until > this.#kept.slowedUntil) this.#keep({ slowedUntil: until })
      } else if (what.kind === 'returned') {
        if (what.day !== this.#day.day) continue // another day has its own
        this.#day = { ...this.#day, bulk: Math.max(0, this.#day.bulk - what.people) }
      } else {
        const breaker = noted(this.#kept.breaker, what, now, random())
        // A count of silent calls is not worth a row: after a restart it begins anew.
        if (breaker.open === this.#kept.breaker.open) this.#kept = { ...this.#kept, breaker }
        else this.#keep({ breaker })
      }
    }
  }

  /** What stands in the way of appeals now; the breaker before the day, since it hides whether there is one. */
  held(limits: DayLimits, now: number): Held | null {
    const { slowedUntil, full, breaker } = this.#kept
    const { open } = breaker
    if (open !== undefined) return { ...open.cause, until: Math.max(open.until, now) }
    const day = today(this.#day, now)
    if (full === day.day && mailsOn(limits, now) < Number.POSITIVE_INFINITY) return used(day, limits, now)
    return slowedUntil > now + WORTH_WAITING_MS ? { why: 'slowed', until: slowedUntil } : null
  }

  /** Somebody has looked at the account: what was learnt of it is tried anew at once. */
  lookAgain(now: number): void {
    if (this.#kept.breaker.open !== undefined) this.#keep({ breaker: probeNow(this.#kept.breaker, now) })
    if (this.#kept.slowedUntil > now) this.#keep({ slowedUntil: now })
  }

  /** Takes back what was written ahead, once nothing has been granted for a while: then a restart costs nothing. */
  settle(): void {
    const { written } = this.#kept
    if (written.bulk !== this.#day.bulk || written.letters !== this.#day.letters) this.#keep({ written: this.#day })
  }

  /** What must be kept before anything said since is acted on; null when nothing has changed. */
  mustKeep(): Kept | null {
    if (!this.#mustKeep) return null
    this.#mustKeep = false
    return this.#kept
  }

  /** Whether `settle` would change anything. */
  isAhead = (): boolean => this.#kept.written.bulk > this.#day.bulk || this.#kept.written.letters > this.#day.letters

  #grant(granted: Day, mails: number): void {
    this.#day = granted
    if (mails === Number.POSITIVE_INFINITY) return // nothing to keep within, nothing to remember
    const written = ahead(this.#kept.written, granted, mails)
    if (written !== null) this.#keep({ written })
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change }
    this.#mustKeep = true
  }

  #rates({ limits, dispatch, people }: Ask): Rate[] {
    const account = this.#rate('account', limits.callsPerSecond, 1)
    return dispatch === undefined ? [account] : [account, this.#rate(dispatch.id, dispatch.ratePerMinute / 60, people)]
  }

  #rate(name: string, perSecond: number, cost: number): Rate {
    const burst = Math.max(1, perSecond) // a second's worth
    const bucket = (now: number) => this.#buckets.get(name) ?? { tokens: 0, at: now }
    return {
      name,
      lastsMs: (cost / perSecond) * 1_000,
      waitMs: (now) => waitFor(bucket(now), perSecond, burst, now),
      spend: (now) => this.#buckets.set(name, take(bucket(now), perSecond, burst, cost, now)),
    }
  }

  /** By the rate that holds longest. */
  #turnOf(who: string, rates: readonly Rate[], now: number): number {
    const [slowest] = rates.toSorted((a, b) => b.waitMs(now) - a.waitMs(now))
    if (slowest === undefined) return now
    const turns = this.#turns.get(slowest.name) ?? new Turns()
    this.#turns.set(slowest.name, turns)
    return turns.next(who, now + slowest.waitMs(now), slowest.lastsMs, now)
  }
}

type Rate = { name: string; lastsMs: number; waitMs(now: number): number; spend(now: number): void }

const slowDownMs = (seconds = Number.NaN): number =>
  Number.isFinite(seconds) ? Math.min(seconds * 1_000, LONGEST_SLOW_DOWN_MS) : SLOW_DOWN_MS

const used = (day: Day, limits: DayLimits, now: number) => {
  const mails = mailsOn(limits, now)
  const warmsUp = limits.warmUpSince !== undefined && mails < (limits.mailsPerDay ?? Number.POSITIVE_INFINITY)
  return {
    why: 'day' as const,
    until: (day.day + 1) * DAY_MS,
    mails,
    forBulk: bulkShare(mails),
    ...(warmsUp && limits.warmUpSince !== undefined && { warmUpDay: nthDay(limits.warmUpSince, now) }),
  }
}
