import * as z from 'zod'
import { RecipientStatuses, recipientStatuses } from './recipient-statuses.ts'

/**
 * waiting → attempted → settled, with detours: attempted → waiting after a definite refusal, attempted → uncertain when nobody can
 * tell any more, uncertain → waiting or settled when a person decides.
 */
const batchStateSchema = z.enum(['waiting', 'attempted', 'uncertain', 'settled'])
export type BatchState = z.infer<typeof batchStateSchema>

/** A batch without its people and recipients: all that deciding needs. */
export const batchHeaderSchema = z.object({
  id: z.int(),
  group: z.string(), // of a dispatch the locale, of letters the key of the addressee
  state: batchStateSchema,
  statuses: recipientStatuses,
  generation: z.int(), // new only after a definite refusal or a person's decision: it is part of the idempotency key
  firstAttemptAt: z.number(), // of this generation, epoch ms; 0 before
  via: z.string(), // the transport this generation was asked of; '' before
  bodyHash: z.string(), // of this generation: SHA-256 of the bytes that left, and after a slash of the account; '' before
  dueAt: z.number(), // not before, epoch ms
  tries: z.int(), // in a row without success
  reason: z.string(), // of the last refusal or silence
})
export type BatchHeader = z.infer<typeof batchHeaderSchema>

export const newBatchHeader = (id: number, group: string, people: number): BatchHeader => ({
  id,
  group,
  state: 'waiting',
  statuses: RecipientStatuses.all('waiting', people),
  generation: 0,
  firstAttemptAt: 0,
  via: '',
  bodyHash: '',
  dueAt: 0,
  tries: 0,
  reason: '',
})

/** SHA-256 of the bytes of the last call: by it a provider's record of calls tells which batch one was. */
export const bodyHashOf = (head: BatchHeader): string => head.bodyHash.split('/', 1)[0] ?? ''

/** Positions of the people still to be written to. */
export const waitingPositions = ({ statuses }: BatchHeader): number[] => statuses.positions('waiting')

/** The batch in its state once statuses have changed: without anybody waiting it is settled, or uncertain if anybody is. */
export function closeIfDone(head: BatchHeader): BatchHeader {
  if (head.statuses.any('waiting')) return head
  return { ...head, state: head.statuses.any('uncertain') ? 'uncertain' : 'settled' }
}

/** Takes out people who must not be written to: suppressed since planning, or at an address this transport may not carry. */
export const exclude = (
  head: BatchHeader,
  positions: readonly number[],
  status: 'suppressed' | 'refused',
): BatchHeader =>
  closeIfDone(positions.length === 0 ? head : { ...head, statuses: head.statuses.set(positions, status) })

/** Must be durable before the first byte leaves (I2). `via` names the transport: only it can be asked again. */
export const startAttempt = (head: BatchHeader, bodyHash: string, via: string, now: number): BatchHeader => ({
  ...head,
  state: 'attempted',
  via,
  generation: head.generation + 1,
  firstAttemptAt: now,
  bodyHash,
})

/**
 * Seconds by which asking again stops before the provider's promise ends: a call may be under way for its whole timeout, and clocks
 * differ.
 */
export const IDEMPOTENCY_MARGIN_SECONDS = 300

/** Whether the same key with the same bytes is still safe to send. */
export const mayRepeat = (head: BatchHeader, idempotencySeconds: number, now: number): boolean =>
  idempotencySeconds > 0 && now < head.firstAttemptAt + (idempotencySeconds - IDEMPOTENCY_MARGIN_SECONDS) * 1_000

/** Nobody can tell any more whether these people were written to: a person has to decide. */
export const giveUp = (head: BatchHeader, reason: string): BatchHeader => ({
  ...closeIfDone({ ...head, statuses: head.statuses.replace('waiting', 'uncertain') }),
  reason,
})

/** Whoever still waits in a doubtful batch is refused for good; null when it has changed since. */
export const refuseWaiting = (head: BatchHeader | undefined): BatchHeader | null =>
  head?.state === 'waiting' ? { ...exclude(head, waitingPositions(head), 'refused'), tries: 0 } : null

/** Whether a mail server has taken the mail of anybody in it. */
export const hasAccepted = ({ statuses }: BatchHeader): boolean => statuses.any('accepted')

/** What a mail server had taken came back. */
export const markReturned = (head: BatchHeader, reason: string): BatchHeader => ({
  ...head,
  statuses: head.statuses.replace('accepted', 'refused'),
  reason,
})

/** Cancelling lets nobody be written to any more; who may have been is not known before a person says so. */
export function cancel(head: BatchHeader): BatchHeader {
  if (head.state === 'attempted') return giveUp(head, 'cancelled while unanswered')
  return closeIfDone({ ...head, statuses: head.statuses.replace('waiting', 'cancelled') })
}

/** The answer to a call that was cancelled meanwhile: it was not taken after all, so its people are as cancelled as the rest. */
export const cancelUnsent = (head: BatchHeader, sent: readonly number[]): BatchHeader =>
  closeIfDone({ ...head, statuses: head.statuses.set(sent, 'cancelled') })

/** An organiser's decision about an uncertain batch: send to its people again, or count their mails as sent. */
export type UncertainDecision = 'send-again' | 'count-as-sent'

/** Two batches for one that a provider refuses whole. Whoever is settled already stays, with their status, in their half. */
export function halve(head: BatchHeader, firstId: number): Array<{ head: BatchHeader; positions: number[] }> {
  const waiting = waitingPositions(head)
  const middle = waiting[Math.ceil(waiting.length / 2)] ?? head.statuses.size
  return [[0, middle] as const, [middle, head.statuses.size] as const].map(([from, to], i) => ({
    head: {
      ...newBatchHeader(firstId + i, head.group, 0),
      statuses: head.statuses.slice(from, to),
      dueAt: Math.min(0, head.dueAt) - 1, // before all others, the smallest first: what is wrong shows after few calls
      reason: head.reason,
    },
    positions: Array.from({ length: to - from }, (_, offset) => from + offset),
  }))
}
