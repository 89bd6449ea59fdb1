import * as z from 'zod'
import { RecipientStatuses, recipientStatuses } from './recipient-statuses.ts'

/**
 * The states of a batch: waiting → attempted → settled. A definite refusal leads from attempted back to waiting. A call whose outcome
 * cannot be found out leads from attempted to uncertain. An organiser's decision leads from uncertain to waiting or settled.
 */
const batchStateSchema = z.enum(['waiting', 'attempted', 'uncertain', 'settled'])
export type BatchState = z.infer<typeof batchStateSchema>

/** A batch without its fingerprints and sealed recipients: everything that the send decisions read. */
export const batchHeaderSchema = z.object({
  id: z.int(),
  group: z.string(), // the locale in a dispatch; the key of the addressee for letters
  state: batchStateSchema,
  statuses: recipientStatuses,
  generation: z.int(), // part of the idempotency key; grows only after a definite refusal or an organiser's decision
  firstAttemptAt: z.number(), // first call of this generation, epoch ms; 0 before the first call
  via: z.string(), // name of the transport of this generation's call; '' before the first call
  bodyHash: z.string(), // `SHA-256 of the call's bytes/hash of the account`; '' before the first call
  dueAt: z.number(), // earliest time of the next call, epoch ms
  tries: z.int(), // calls in a row without success
  reason: z.string(), // text of the last refusal or missing answer
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

/** SHA-256 (hex) of the bytes of the last call. It identifies the batch in a provider's record of calls. */
export const bodyHashOf = (head: BatchHeader): string => head.bodyHash.split('/', 1)[0] ?? ''

/** Positions of the people whose mail is still to be sent. */
export const waitingPositions = ({ statuses }: BatchHeader): number[] => statuses.positions('waiting')

/** Updates the state after a change of statuses. If no person waits, the batch is uncertain if any person is, else settled. */
export function closeIfDone(head: BatchHeader): BatchHeader {
  if (head.statuses.any('waiting')) return head
  return { ...head, state: head.statuses.any('uncertain') ? 'uncertain' : 'settled' }
}

/** Why people are uncertain although no call was made for them. */
export const LEFT_OUT =
  'not sent, because the text does not open: put the key that sealed it back into KEYRING, then send again'

/**
 * Takes people out of a batch without a call: suppressed since planning, refused because their address is reserved, or uncertain because
 * what is theirs cannot be decrypted.
 */
export const exclude = (
  head: BatchHeader,
  positions: readonly number[],
  status: 'suppressed' | 'refused' | 'uncertain',
): BatchHeader =>
  closeIfDone(positions.length === 0 ? head : { ...head, statuses: head.statuses.set(positions, status) })

/**
 * The batch as it must be stored before the first byte of the call leaves (invariant I2). `via` names the transport: only the same
 * transport can repeat the call.
 */
export const startAttempt = (head: BatchHeader, bodyHash: string, via: string, now: number): BatchHeader => ({
  ...head,
  state: 'attempted',
  via,
  generation: head.generation + 1,
  firstAttemptAt: now,
  bodyHash,
})

/**
 * Seconds before the end of a provider's idempotency window in which no call is repeated. A call may last for its whole timeout, and
 * clocks differ.
 */
const IDEMPOTENCY_MARGIN_SECONDS = 300

/** Whether the call may be repeated with the same key and bytes at `now` (epoch ms): the provider still recognises the key. */
export const mayRepeat = (head: BatchHeader, idempotencySeconds: number, now: number): boolean =>
  idempotencySeconds > 0 && now < head.firstAttemptAt + (idempotencySeconds - IDEMPOTENCY_MARGIN_SECONDS) * 1_000

/** Makes all waiting people uncertain, with the reason: whether they got the mail cannot be found out. An organiser decides. */
export const giveUp = (head: BatchHeader, reason: string): BatchHeader => ({
  ...closeIfDone({ ...head, statuses: head.statuses.replace('waiting', 'uncertain') }),
  reason,
})

/** Refuses all waiting people of a batch with a suspected refusal. Returns null if the batch no longer waits. */
export const refuseWaiting = (head: BatchHeader | undefined): BatchHeader | null =>
  head?.state === 'waiting' ? { ...exclude(head, waitingPositions(head), 'refused'), tries: 0 } : null

/** Whether a mail server has accepted the mail of at least one person of the batch. */
export const hasAccepted = ({ statuses }: BatchHeader): boolean => statuses.any('accepted')

/** Turns accepted people into refused ones: their mail was returned after the mail server had accepted it. */
export const markReturned = (head: BatchHeader, reason: string): BatchHeader => ({
  ...head,
  statuses: head.statuses.replace('accepted', 'refused'),
  reason,
})

/** Cancels the waiting people of a batch. A batch whose call has no answer yet becomes uncertain: its mail may have been sent. */
export function cancel(head: BatchHeader): BatchHeader {
  if (head.state === 'attempted') return giveUp(head, 'cancelled before the provider answered')
  return cancelRest(head)
}

/** Cancels the people of a call that was refused whole after its batch had been cancelled: their mail was certainly not sent. */
export const cancelUnsent = (head: BatchHeader, sent: readonly number[]): BatchHeader =>
  closeIfDone({ ...head, statuses: head.statuses.set(sent, 'cancelled') })

/** Cancels whoever still waits, once the answer of a call came after a cancel: a definite answer left them without a mail. */
export const cancelRest = (answered: BatchHeader): BatchHeader =>
  closeIfDone({ ...answered, statuses: answered.statuses.replace('waiting', 'cancelled') })

/** A call to a provider that is under way: its batch, and how many people it is for. */
export type OpenCall = { batch: number; people: number }

/** The open calls among a ledger's batches. */
export const openCallsOf = (ledger: {
  openCalls: ReadonlySet<number>
  head(id: number): BatchHeader | undefined
}): OpenCall[] =>
  [...ledger.openCalls].flatMap((id) => {
    const head = ledger.head(id)
    return head === undefined ? [] : [{ batch: id, people: waitingPositions(head).length }]
  })

/** A batch, and the generation that an organiser saw. A refusal or a decision gives a batch a new generation. */
export type BatchAtGeneration = { id: number; generation: number }

/**
 * Splits a batch into two, with ids from `firstId`: a batch that a provider refuses whole into halves, else after `first` waiting people.
 * All people keep their statuses.
 */
export function halve(
  head: BatchHeader,
  firstId: number,
  first?: number,
): Array<{ head: BatchHeader; positions: number[] }> {
  const waiting = waitingPositions(head)
  const middle = waiting[first ?? Math.ceil(waiting.length / 2)] ?? head.statuses.size
  return [[0, middle] as const, [middle, head.statuses.size] as const].map(([from, to], i) => ({
    head: {
      ...newBatchHeader(firstId + i, head.group, 0),
      statuses: head.statuses.slice(from, to),
      dueAt: Math.min(0, head.dueAt) - 1, // due before all others, smallest batch first: a few calls find the person who causes the refusal
      reason: head.reason,
    },
    positions: Array.from({ length: to - from }, (_, offset) => from + offset),
  }))
}
