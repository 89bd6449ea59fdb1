import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'
import {
  DOMAIN_PER_HOUR,
  deploymentOpenAt,
  networkLimits,
  type RationLimits,
  type UnansweredMail,
  windowOpenAt,
} from './ration.ts'

/** Milliseconds after which a waiting confirmation is dropped: nobody waits at the screen any more. */
export const GIVE_UP_MS = 6 * HOUR_MS
/** Most confirmations that wait. All are in memory, 200 bytes each, and a load of the object reads them all. */
export const MAX_WAITING = 10_000

/** A confirmation in the queue. `mailbox` and `key` name the sealed mail in its `MailboxQueue`. Times in epoch ms. */
export type QueuedConfirmation = {
  mailbox: string
  key: string
  network: string
  domain: string // empty: not rationed
  enteredAt: number
}
/** A confirmation that has left at `at`, and that nobody has answered yet. */
export type SentConfirmation = QueuedConfirmation & UnansweredMail

/**
 * The fair queue of unanswered confirmations, without clock and storage. The next to leave is a mail of the network with the fewest
 * unanswered mails in the last hour; among equals, the one that has waited longest. So networks take turns, and a network that has
 * asked for nothing goes before those that flood.
 */
export class FairQueue {
  readonly #limits: RationLimits
  readonly #waiting = new Map<string, QueuedConfirmation[]>()
  #sent: SentConfirmation[]
  #size = 0

  /** `sent` and `waiting` in the order of their times. */
  constructor(limits: RationLimits, sent: readonly SentConfirmation[], waiting: readonly QueuedConfirmation[]) {
    this.#limits = limits
    this.#sent = [...sent]
    for (const one of waiting) this.#push(one)
  }

  /** Number of mails that wait. */
  get size(): number {
    return this.#size
  }

  get isEmpty(): boolean {
    return this.#size === 0 && this.#sent.length === 0
  }

  /** Adds a mail. Returns the mail that is dropped because it could not leave within `GIVE_UP_MS`, or null. */
  add(one: QueuedConfirmation): QueuedConfirmation | null {
    this.#push(one)
    const most = (networkLimits(this.#limits).perHour * GIVE_UP_MS) / HOUR_MS
    const own = this.#waiting.get(one.network) ?? []
    if (own.length > most) return this.#dropLast(own)
    return this.#size > MAX_WAITING ? this.#dropLast(this.#longest()) : null
  }

  /** Takes the next mail that may leave at `now`; null when none may. */
  next(now: number): SentConfirmation | null {
    if (this.#size === 0 || this.#deploymentOpenAt(now) > now) return null
    const left = this.#leftWithinHour(now)
    let best: { one: QueuedConfirmation; unanswered: number } | null = null
    for (const [network, mails] of this.#waiting) {
      const times = left.byNetwork.get(network) ?? []
      const unanswered = times.length
      if (best !== null && unanswered > best.unanswered) continue
      if (this.#networkOpenAt(times, now) > now) continue
      const one = mails.find(({ domain }) => domainOpenAt(left, domain, now) <= now)
      if (one === undefined) continue
      if (best === null || unanswered < best.unanswered || one.enteredAt < best.one.enteredAt)
        best = { one, unanswered }
    }
    if (best === null) return null
    this.#remove(best.one)
    const sent = { ...best.one, at: now }
    this.#sent.push(sent)
    return sent
  }

  /** When the next mail may leave or be dropped (epoch ms, after `now`); null when none waits. Call it when `next` gives null. */
  nextAt(now: number): number | null {
    if (this.#size === 0) return null
    const left = this.#leftWithinHour(now)
    let [opens, ends] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (const [network, mails] of this.#waiting) {
      const networkOpens = this.#networkOpenAt(left.byNetwork.get(network) ?? [], now)
      ends = Math.min(ends, (mails[0]?.enteredAt ?? now) + GIVE_UP_MS) // in the order of entering
      for (const { domain } of mails) {
        opens = Math.min(opens, Math.max(networkOpens, domainOpenAt(left, domain, now)))
        if (domain === '') break
      }
    }
    return Math.max(now + 1, Math.min(ends, Math.max(opens, this.#deploymentOpenAt(now))))
  }

  /** Removes the unanswered mails of a mailbox whose owner has pressed a button, and returns them. Its domain is no longer rationed. */
  answer(mailbox: string, domain: string): SentConfirmation[] {
    const answered = this.#sent.filter((one) => one.mailbox === mailbox)
    this.#sent = this.#sent.filter((one) => one.mailbox !== mailbox)
    for (const mails of this.#waiting.values()) for (const one of mails) if (one.domain === domain) one.domain = ''
    return answered
  }

  /** Removes and returns all mails of a mailbox. */
  drop(mailbox: string): QueuedConfirmation[] {
    const waiting = [...this.#waiting.values()].flat().filter((one) => one.mailbox === mailbox)
    for (const one of waiting) this.#remove(one)
    return [...waiting, ...this.answer(mailbox, '')]
  }

  /** Removes and returns the mails that have waited for `GIVE_UP_MS`. */
  expire(now: number): QueuedConfirmation[] {
    const hasExpired = ({ enteredAt }: QueuedConfirmation) => enteredAt <= now - GIVE_UP_MS
    const expired: QueuedConfirmation[] = []
    for (const mails of this.#waiting.values()) {
      const end = mails.findIndex((one) => !hasExpired(one)) // they are in the order of entering
      expired.push(...(end === -1 ? mails : mails.slice(0, end)))
    }
    for (const one of expired) this.#remove(one)
    return expired
  }

  /** Removes and returns the mails that left more than an hour ago: they count no longer. */
  forget(now: number): SentConfirmation[] {
    const old = this.#sent.filter(({ at }) => at <= now - HOUR_MS)
    this.#sent = this.#sent.filter(({ at }) => at > now - HOUR_MS)
    return old
  }

  /** Whether a mail has left, waits, or is unknown. */
  stateOf(mailbox: string, key: string): 'sent' | 'waiting' | null {
    const same = (one: QueuedConfirmation) => one.mailbox === mailbox && one.key === key
    if (this.#sent.some(same)) return 'sent'
    return [...this.#waiting.values()].some((mails) => mails.some(same)) ? 'waiting' : null
  }

  #deploymentOpenAt(now: number): number {
    return deploymentOpenAt(
      this.#sent.flatMap(({ at }) => (at > now - HOUR_MS ? [at] : [])),
      this.#limits,
      now,
    )
  }

  #networkOpenAt(times: readonly number[], now: number): number {
    const { perMinute, perHour } = networkLimits(this.#limits)
    return Math.max(windowOpenAt(times, perMinute, MINUTE_MS, now), windowOpenAt(times, perHour, HOUR_MS, now))
  }

  #leftWithinHour(now: number): LeftTimes {
    const left: LeftTimes = { byNetwork: new Map(), byDomain: new Map() }
    for (const { at, network, domain } of this.#sent) {
      if (at <= now - HOUR_MS) continue
      append(left.byNetwork, network, at)
      append(left.byDomain, domain, at)
    }
    return left
  }

  #longest(): QueuedConfirmation[] {
    return [...this.#waiting.values()].reduce((longest, mails) => (mails.length > longest.length ? mails : longest), [])
  }

  #push(one: QueuedConfirmation): void {
    const mails = this.#waiting.get(one.network)
    if (mails === undefined) this.#waiting.set(one.network, [{ ...one }])
    else mails.push({ ...one })
    this.#size++
  }

  #dropLast(mails: QueuedConfirmation[]): QueuedConfirmation | null {
    const last = mails.at(-1) ?? null
    if (last !== null) this.#remove(last)
    return last
  }

  #remove(one: QueuedConfirmation): void {
    const rest = (this.#waiting.get(one.network) ?? []).filter((other) => other !== one)
    if (rest.length === 0) this.#waiting.delete(one.network)
    else this.#waiting.set(one.network, rest)
    this.#size--
  }
}

/** Times at which the unanswered mails of the last hour left, in ascending order. */
type LeftTimes = { byNetwork: Map<string, number[]>; byDomain: Map<string, number[]> }

const domainOpenAt = ({ byDomain }: LeftTimes, domain: string, now: number): number =>
  domain === '' ? now : windowOpenAt(byDomain.get(domain) ?? [], DOMAIN_PER_HOUR, HOUR_MS, now)

function append(lists: Map<string, number[]>, name: string, time: number): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [time])
  else list.push(time)
}
