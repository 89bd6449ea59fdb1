import { HOUR_MS } from '../kit/durations.ts'
import type { Outcome } from '../transports/transport.ts'

/** What is said of one person, and neither of the account nor of the call. */

type RecipientRefusal = Extract<Outcome, { kind: 'refused' }>

/**
 * Told of one person among others, or alone, it may be their server's word and not the account's. A quota is the account's: it ends in
 * the middle of a call.
 */
const looksLikeAccountRefusal = (outcome: Outcome): outcome is RecipientRefusal =>
  outcome.kind === 'refused' &&
  outcome.permanent &&
  (outcome.reason === 'unauthorised' || outcome.reason === 'sender-not-verified')

/** Whether the answer names one person, and refuses the account. */
export const isSingleAccountRefusal = (answer: Outcome | Outcome[]): answer is RecipientRefusal[] =>
  Array.isArray(answer) && answer.length === 1 && answer.every(looksLikeAccountRefusal)

/** The same, where others are taken: it is said of this person. */
export const asRecipientRefusals = (answer: readonly Outcome[]): Outcome[] =>
  answer.map((one) => (looksLikeAccountRefusal(one) ? { ...one, reason: 'invalid-content' } : one))

/**
 * Tries after which a person whose mailbox takes nothing is refused for good, two days after the first with the pauses below: RFC 5321
 * §4.5.4.1 asks for four or five, of servers that have nothing else to do; an urgent appeal is old by then.
 */
export const MAILBOX_TRIES = 20
/** Milliseconds before the second try, then doubled: greylisting wants a minute at least (RFC 6647 §4.1). */
const FIRST_MAILBOX_PAUSE_MS = 60_000
const LONGEST_MAILBOX_PAUSE_MS = 4 * HOUR_MS

export const mailboxPauseSeconds = (tries: number): number =>
  Math.min(LONGEST_MAILBOX_PAUSE_MS, FIRST_MAILBOX_PAUSE_MS * 2 ** Math.min(tries, 20)) / 1_000
