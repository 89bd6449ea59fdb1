import type { Batch, Outcome, Transport } from '../transports/transport.ts'
import type { BatchHeader } from './batch.ts'
import type { Ledger } from './ledger.ts'

/** Mail for the people of a batch, or why it cannot be made, which is for a person to put right. */
export type ComposedMail =
  | { kind: 'composed'; mail: Batch; barred: readonly number[] } // `barred`: positions that this transport may not carry
  | { kind: 'unusable'; reason: string }

/** A call that was sent: for the people at these positions, and whether it repeated an unanswered one. */
export type SentCall = { head: BatchHeader; positions: readonly number[]; mail: Batch; again: boolean }

/**
 * One kind of mail in a ledger, as the send loop needs it. For each batch the loop calls the functions from `read` to `answered` in this
 * order; what one of them finds is an argument of the next. `Content` is what the stream knows of a batch.
 */
export type MailStream<Content> = {
  ledger: Pick<Ledger, 'due' | 'head' | 'save'>
  /** The idempotency key of the batch in its generation. */
  keyOf(head: BatchHeader): string
  /** How many mails a call for the batch has: by this the account's limits are counted. */
  mailsIn(head: BatchHeader): number
  read(head: BatchHeader): Content
  /** Those of the positions that must not be written to any more. */
  suppressed(content: Content, positions: readonly number[]): Promise<ReadonlySet<number>>
  /** Equal for equal arguments, so that an unanswered call can be repeated (I7). */
  compose(
    head: BatchHeader,
    content: Content,
    positions: readonly number[],
    transport: Transport,
  ): Promise<ComposedMail>
  /** What an answer says of the people: one outcome for all, or one for each of the call's positions. */
  outcomesOf(answer: Outcome | Outcome[], call: SentCall): Outcome | Outcome[]
  /** Acts on an answer once it is recorded. */
  answered(answer: Outcome | Outcome[], call: SentCall): void
  /** Replaces a batch by its two halves, in one transaction. */
  split(head: BatchHeader): Promise<void>
}
