import {
  AccountQuota,
  type AccountState,
  type AcquireRequest,
  type AcquireResult,
  type CallReport,
} from '../../src/delivery/quota/account-quota.ts'
import type { Limits, Outcome } from '../../src/transports/transport.ts'

/** How a simulated provider treats one call. */
export type Behaviour =
  | 'accept'
  | 'accept-then-cut' // takes the mails, and the connection is cut before the answer
  | 'cut-before' // takes nothing, and the connection is cut
  | 'refuse-for-now'
  | 'refuse-one'
  | 'refuse-all'
  | 'quota'
  | 'quota-in-the-middle' // takes the first half, and refuses the account for the others
  | 'nonsense'

let calls = 0

/** A simulated provider that counts each person's mails, with its sending account, whose unsaved quota is lost at `boot`. */
export class Provider {
  readonly name: string
  readonly idempotencySeconds: number
  readonly calls: Array<{ nth: number; provider: string; key: string; people: string[]; answer: Outcome | Outcome[] }> =
    []
  limits: Limits = { callsPerSecond: 1_000_000_000 }
  behave: (people: string[]) => Behaviour
  readonly #received: Map<string, number>
  readonly #answers = new Map<string, { body: string; outcome: Outcome | Outcome[] }>()
  #saved: AccountState | undefined
  #account = new AccountQuota(undefined, 0)

  constructor(
    name: string,
    { idempotencySeconds, behave }: { idempotencySeconds: number; behave: (people: string[]) => Behaviour },
    received: Map<string, number>,
  ) {
    this.name = name
    this.idempotencySeconds = idempotencySeconds
    this.behave = behave
    this.#received = received
  }

  boot(now: number): void {
    this.#account = new AccountQuota(this.#saved, now)
  }

  acquire(ask: AcquireRequest, now: number, random: () => number): AcquireResult {
    const leave = this.#account.acquire(ask, now, random)
    this.#saved = this.#account.takeUnsaved() ?? this.#saved
    return leave
  }

  report(reports: readonly CallReport[], now: number, random: () => number): void {
    this.#account.report(reports, now, random)
    this.#saved = this.#account.takeUnsaved() ?? this.#saved
  }

  retryNow(now: number): void {
    this.#account.retryNow(now)
    this.#saved = this.#account.takeUnsaved() ?? this.#saved
  }

  provide(key: string, body: string): Outcome | Outcome[] {
    const answer = this.#provide(key, body)
    this.calls.push({ nth: ++calls, provider: this.name, key, people: body.split(' '), answer })
    return answer
  }

  /** Applies the behaviour to a call. With `idempotencySeconds` a repeated key gets the first answer, else each call counts. */
  #provide(key: string, body: string): Outcome | Outcome[] {
    const people = body.split(' ')
    const behaviour = this.behave(people)
    // Limits and quotas are checked before the key, so such a refusal does not tell the outcome of an earlier call.
    if (behaviour === 'refuse-for-now') {
      return { kind: 'refused', permanent: false, reason: 'rate-limited', retryAfterSeconds: 2 }
    }
    if (behaviour === 'quota') return { kind: 'refused', permanent: false, reason: 'quota', detail: 'used up' }
    const known = this.#answers.get(key)
    if (this.idempotencySeconds > 0 && known !== undefined) {
      return known.body === body ? known.outcome : { kind: 'unknown', reason: 'invalid_idempotent_request' }
    }
    const take = (taken: string[]) => {
      for (const person of taken) this.#received.set(person, (this.#received.get(person) ?? 0) + 1)
    }
    const remember = (outcome: Outcome | Outcome[]) => {
      this.#answers.set(key, { body, outcome })
      return outcome
    }
    switch (behaviour) {
      case 'accept':
        take(people)
        return remember(people.map((person) => ({ kind: 'accepted', reference: person })))
      case 'accept-then-cut':
        take(people)
        remember({ kind: 'accepted' })
        return { kind: 'unknown', reason: 'cut' }
      case 'cut-before':
        return { kind: 'unknown', reason: 'cut' }
      case 'nonsense':
        take(people)
        remember({ kind: 'accepted' })
        return [{ kind: 'accepted' }, ...people.map((): Outcome => ({ kind: 'accepted' }))]
      case 'refuse-one': {
        take(people.slice(1))
        return remember(
          people.map(
            (_, i): Outcome =>
              i === 0 ? { kind: 'refused', permanent: true, reason: 'bad-address' } : { kind: 'accepted' },
          ),
        )
      }
      case 'quota-in-the-middle': {
        const half = Math.ceil(people.length / 2)
        take(people.slice(0, half))
        return remember(
          people.map(
            (_, i): Outcome =>
              i < half
                ? { kind: 'accepted' }
                : { kind: 'refused', permanent: true, reason: 'quota', detail: 'used up' },
          ),
        )
      }
      case 'refuse-all':
        return { kind: 'refused', permanent: true, reason: 'invalid-content' }
    }
  }
}
