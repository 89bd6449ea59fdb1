import { ACCOUNT_REASONS, type Outcome } from '../transport.ts'
import type { SmtpRefusal } from './refusals.ts'

/** Consecutive refusals for an account reason after which no more mails are tried. */
const ENOUGH_SIGNS = 3

/**
 * Collects the outcomes of one call and decides whether the account itself is refused. "Relay denied" at RCPT may concern one
 * recipient or the account: an accepted mail in the same call shows the former. A used-up quota is always the account's: it can
 * run out during a call.
 */
export class MailOutcomes {
  readonly #outcomes = new Map<number, Outcome>()
  #refusal: SmtpRefusal | null = null
  #hasTaken = false
  #signs: Array<{ index: number; refusal: SmtpRefusal }> = []

  record(index: number, outcome: Outcome): void {
    if (isAccounts(outcome)) {
      this.#signs.push({ index, refusal: outcome })
      return
    }
    this.#outcomes.set(index, outcome)
    if (outcome.kind !== 'accepted') return
    this.#hasTaken = true
    this.#takeAsPersonal()
  }

  #takeAsPersonal(): void {
    for (const { index, refusal } of this.#signs) {
      if (refusal.reason === 'quota') continue
      this.#outcomes.set(index, { ...refusal, reason: 'invalid-content', detail: 'refused by a policy of the server' })
    }
    this.#signs = this.#signs.filter(({ refusal }) => refusal.reason === 'quota')
  }

  /** Records that the account is refused, whatever the recipient. */
  refuseAll(refusal: SmtpRefusal): void {
    this.#refusal = refusal
  }

  /** Refusal for which the call should stop; null to continue. */
  get stop(): SmtpRefusal | null {
    if (this.#refusal !== null) return this.#refusal
    const last = this.#signs.at(-1)?.refusal
    return last !== undefined && (last.reason === 'quota' || this.#signs.length >= ENOUGH_SIGNS) ? last : null
  }

  /**
   * One outcome for the whole call if nothing was sent and the account is refused; else one per mail. `otherwise` is for mails
   * that were not started. Account refusals are never permanent for a recipient.
   */
  result(people: number, otherwise: SmtpRefusal): Outcome | Outcome[] {
    const whole = this.#refusal ?? this.#signs.at(-1)?.refusal ?? otherwise
    if (this.#hasTaken) this.#takeAsPersonal()
    const [sign] = this.#signs
    if (people === 1 && sign !== undefined) return [sign.refusal] // the dispatch knows whether other mails are accepted
    if (this.#outcomes.size === 0) return whole
    return Array.from({ length: people }, (_, index) => this.#outcomes.get(index) ?? { ...whole, permanent: false })
  }
}

const isAccounts = (outcome: Outcome): outcome is SmtpRefusal =>
  outcome.kind === 'refused' && ACCOUNT_REASONS.has(outcome.reason)
