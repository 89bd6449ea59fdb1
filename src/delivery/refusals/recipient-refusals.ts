import { HOUR_MS } from '../../kit/durations.ts'
import type { Outcome } from '../../transports/transport.ts'

type RecipientRefusal = Extract<Outcome, { kind: 'refused' }>

/**
 * Whether a refusal of one person is worded as a refusal of the account. The person's mail server may have sent these words. A used-up
 * quota is not among them: it is the account's own and can end in the middle of a call.
 */
const looksLikeAccountRefusal = (outcome: Outcome): outcome is RecipientRefusal =>
  outcome.kind === 'refused' &&
  outcome.permanent &&
  (outcome.reason === 'unauthorised' || outcome.reason === 'sender-not-verified')

/** Whether the answer has one outcome, for one person, and this outcome reads as a refusal of the account. */
export const isSingleAccountRefusal = (answer: Outcome | Outcome[]): answer is RecipientRefusal[] =>
  Array.isArray(answer) && answer.length === 1 && answer.every(looksLikeAccountRefusal)

/** Turns account refusals into refusals of the person. Used if the provider accepts other people, so that the account works. */
export const asRecipientRefusals = (answer: readonly Outcome[]): Outcome[] =>
  answer.map((one) => (looksLikeAccountRefusal(one) ? { ...one, reason: 'invalid-content' } : one))

/**
 * Tries after which a person with an unavailable mailbox is refused for good: two days with the pauses below. RFC 5321 §4.5.4.1
 * recommends four or five days, but an urgent appeal is out of date by then.
 */
export const MAILBOX_TRIES = 20
/** Milliseconds before the second try; each later pause doubles. Greylisting needs at least a minute (RFC 6647 §4.1). */
const FIRST_MAILBOX_PAUSE_MS = 60_000
const LONGEST_MAILBOX_PAUSE_MS = 4 * HOUR_MS

/** Seconds until an unavailable mailbox is tried again, after so many tries in a row. */
export const mailboxPauseSeconds = (tries: number): number =>
  Math.min(LONGEST_MAILBOX_PAUSE_MS, FIRST_MAILBOX_PAUSE_MS * 2 ** Math.min(tries, 20)) / 1_000
