import type { Batch, Outcome, Transport } from '../transports/transport.ts'
import type { BatchHeader } from './batch.ts'
import type { Ledger } from './ledger.ts'

/**
 * Mail for the people of a batch, or why it cannot be composed: then the batch becomes uncertain and an organiser decides. `barred` are
 * positions of people with reserved addresses, to which the transport must not send. `unreadable` are positions of people whose part of the
 * mail cannot be decrypted: the mail goes without them, and they alone become uncertain.
 */
export type ComposedMail =
  | { kind: 'composed'; mail: Batch; barred: readonly number[]; unreadable?: readonly number[] }
  | { kind: 'unusable'; reason: string }

/**
 * The transport of a call, and the time of its first attempt (epoch ms): the date of its mail. A repeated call has the same date. A mail
 * that waited for days has the day on which it leaves, because filters and readers judge a mail by its date.
 */
export type Attempt = { transport: Transport; at: number }

/** A call that was sent to the people at these positions. `again`: it repeated a call that had no answer. */
export type SentCall = { head: BatchHeader; positions: readonly number[]; mail: Batch; again: boolean }

/**
 * One kind of mail in a ledger, as the send loop needs it: appeals or letters. For each batch the loop calls the functions from `read` to
 * `answered` in this order. `Content` is what `read` returns for a batch.
 */
export type MailStream<Content> = {
  ledger: Pick<Ledger, 'due' | 'head' | 'save' | 'openCalls'>
  /** The idempotency key of the batch's call. It is the same for all calls of one generation. */
  keyOf(head: BatchHeader): string
  /** How many mails a call for the batch has. This number is charged to the account's limits. */
  mailsIn(head: BatchHeader): number
  read(head: BatchHeader): Content
  /** Which of the positions belong to people who must not get mail any more. */
  suppressed(content: Content, positions: readonly number[]): Promise<ReadonlySet<number>>
  /** Composes the mail of a call. Equal arguments give equal bytes, so that a call without an answer can be repeated (invariant I7). */
  compose(head: BatchHeader, content: Content, positions: readonly number[], attempt: Attempt): Promise<ComposedMail>
  /** Translates a provider's answer into outcomes: one for all people, or one for each position of the call. */
  outcomesOf(answer: Outcome | Outcome[], call: SentCall): Outcome | Outcome[]
  /** Called after the answer is recorded in the ledger, or could not be, for effects outside of it. */
  answered(answer: Outcome | Outcome[], call: SentCall): void | Promise<void>
  /** Replaces a batch by its two halves, or by one of `first` waiting people and the rest, in one transaction. */
  split(head: BatchHeader, first?: number): Promise<void>
}
