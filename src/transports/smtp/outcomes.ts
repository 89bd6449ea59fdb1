import { ACCOUNT_REASONS, type Outcome } from '../transport.ts'
import type { SmtpRefusal } from './refusals.ts'

/** Mails in a row that are refused for the account's sake before no more are tried. */
const ENOUGH_SIGNS = 3

/**
 * What became of the mails of one call, and whether the account itself is refused. "Relay denied" or "not your sender" at RCPT may
 * be about one person's server or about everything: what is accepted in the same call, before it or after, shows that it was the first.
 * A used-up quota is no such sign: it ends in the middle of a call.
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

  /** The account is refused, whoever a mail is for. */
  refuseAll(refusal: SmtpRefusal): void {
    this.#refusal = refusal
  }

  /** Why no more mails are worth trying; null while they are. */
  get stop(): SmtpRefusal | null {
    if (this.#refusal !== null) return this.#refusal
    const last = this.#signs.at(-1)?.refusal
    return last !== undefined && (last.reason === 'quota' || this.#signs.length >= ENOUGH_SIGNS) ? last : null
  }

  /**
   * One outcome for all where the account is refused, or nothing was even tried, and nobody has been written to; else one for each.
   * `otherwise` is for mails that were not begun. Nobody is refused for good for what is the account's fault.
   */
  result(people: number, otherwise: SmtpRefusal): Outcome | Outcome[] {
    const whole = this.#refusal ?? this.#signs.at(-1)?.refusal ?? otherwise
    if (this.#hasTaken) this.#takeAsPersonal()
    const [sign] = this.#signs
    if (people === 1 && sign !== undefined) return [sign.refusal] // the dispatch knows whether others are taken
    if (this.#outcomes.size === 0) return whole
    return Array.from({ length: people }, (_, index) => this.#outcomes.get(index) ?? { ...whole, permanent: false })
  }
}

const isAccounts = (outcome: Outcome): outcome is SmtpRefusal =>
  outcome.kind === 'refused' && ACCOUNT_REASONS.has(outcome.reason)
