import * as z from 'zod'
import type { Outcome } from '../transports/transport.ts'
import { ACCOUNT_REASONS } from '../transports/transport.ts'
import { backoffMs } from './backoff.ts'
import { asRecipientRefusals, MAILBOX_TRIES, mailboxPauseSeconds } from './recipient-refusals.ts'

/**
 * waiting → attempted → settled, with detours: attempted → waiting after a definite refusal, attempted → uncertain when nobody can
 * tell any more, uncertain → waiting or settled when a person decides.
 */
const batchStateSchema = z.enum(['waiting', 'attempted', 'uncertain', 'settled'])
export type BatchState = z.infer<typeof batchStateSchema>

/** A batch without its people and envelopes: all that deciding needs. One character of `marks` per person. */
export const batchHeaderSchema = z.object({
  id: z.int(),
  locale: z.string(),
  state: batchStateSchema,
  marks: z.string(),
  generation: z.int(), // new only after a definite refusal or a person's decision: it is part of the idempotency key
  firstAttemptAt: z.number(), // of this generation, epoch ms; 0 before
  via: z.string(), // the transport this generation was asked of; '' before
  bodyHash: z.string(), // of this generation: SHA-256 of the bytes that left, and after a slash of the account; '' before
  dueAt: z.number(), // not before, epoch ms
  tries: z.int(), // in a row without success
  reason: z.string(), // of the last refusal or silence
})
export type BatchHeader = z.infer<typeof batchHeaderSchema>

export const newBatchHeader = (id: number, locale: string, people: number): BatchHeader => ({
  id,
  locale,
  state: 'waiting',
  marks: 'w'.repeat(people),
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
export function waitingPositions(head: BatchHeader): number[] {
  const positions: number[] = []
  for (let i = 0; i < head.marks.length; i++) if (head.marks[i] === 'w') positions.push(i)
  return positions
}

export function mark(marks: string, positions: Iterable<number>, status: string): string {
  const next = [...marks]
  for (const position of positions) next[position] = status
  return next.join('')
}

/** Where a batch stands once its marks have changed: nobody waiting any more means settled, or uncertain if anybody is. */
function finalise(head: BatchHeader): BatchHeader {
  if (head.marks.includes('w')) return head
  return { ...head, state: head.marks.includes('u') ? 'uncertain' : 'settled' }
}

/** Takes out people who must not be written to: suppressed since planning, or at an address this transport may not carry. */
export const exclude = (head: BatchHeader, positions: readonly number[], status: 's' | 'r'): BatchHeader =>
  finalise(positions.length === 0 ? head : { ...head, marks: mark(head.marks, positions, status) })

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
  ...finalise({ ...head, marks: head.marks.replaceAll('w', 'u') }),
  reason,
})

type CallRefusal = Extract<Outcome, { kind: 'refused' }>
const refusalText = ({ detail, reason }: CallRefusal): string => detail ?? reason

export type Settlement = {
  head: BatchHeader
  references: Array<[position: number, reference: string]>
  /** The account itself is refused: the whole dispatch has to stop. */
  stop?: { kind: string; detail: string }
  /** The provider refuses the call as a whole for something in it: cut it in two and try the halves. */
  split?: true
  /** One person alone is refused for content or address: true of them only if the transport takes anybody (`doubts.ts`). */
  suspected?: { detail: string }
}

/**
 * What an answer makes of the batch. `sent` are the positions the call carried, in order; `random` in [0, 1). With `again` the call
 * repeated one that was never answered: a refusal of the repetition says nothing of the first.
 */
export function settle(
  head: BatchHeader,
  sent: readonly number[],
  answer: Outcome | Outcome[],
  now: number,
  random: number,
  again: boolean,
): Settlement {
  if (!Array.isArray(answer)) {
    return again && answer.kind === 'refused'
      ? refuseRepeat(head, answer, now, random)
      : settleWhole(head, sent, answer, now, random)
  }
  if (answer.length !== sent.length) {
    const reason = `answer names ${answer.length} people, the call had ${sent.length}`
    return { head: unanswered(head, reason, now, random), references: [] }
  }
  return settleEach(head, sent, answer, now, random, again)
}

/** Whether a refusal says only that nothing is taken now: of the account, or for a while. */
const isTemporary = (outcome: Outcome): outcome is CallRefusal =>
  outcome.kind === 'refused' && (!outcome.permanent || ACCOUNT_REASONS.has(outcome.reason))

function settleEach(
  head: BatchHeader,
  sent: readonly number[],
  given: readonly Outcome[],
  now: number,
  random: number,
  again: boolean,
): Settlement {
  const anyAccepted = given.some(({ kind }) => kind === 'accepted')
  const answer = anyAccepted ? asRecipientRefusals(given) : given
  const tries = anyAccepted ? 0 : head.tries
  const [first] = answer
  if (again && first !== undefined && answer.every(isTemporary))
    return refuseRepeat(head, first as CallRefusal, now, random)
  const marks = [...head.marks]
  let retryAfter = 0
  let reason = ''
  let stop: Settlement['stop']
  const references: Settlement['references'] = []
  for (const [i, outcome] of answer.entries()) {
    const position = sent[i] ?? 0
    if (outcome.kind === 'accepted') {
      marks[position] = 'a'
      if (outcome.reference !== undefined) references.push([position, outcome.reference])
      continue
    }
    reason = outcome.kind === 'unknown' ? outcome.reason : refusalText(outcome)
    if (outcome.kind === 'unknown') marks[position] = 'u'
    else if (!isTemporary(outcome)) marks[position] = 'r'
    else if (outcome.reason === 'mailbox-unavailable' && !again) {
      if (tries + 1 >= MAILBOX_TRIES) {
        marks[position] = 'r'
        reason = `${reason}; given up after ${MAILBOX_TRIES} tries`
      } else retryAfter = Math.max(retryAfter, mailboxPauseSeconds(tries))
    } else {
      if (ACCOUNT_REASONS.has(outcome.reason)) stop ??= { kind: outcome.reason, detail: reason }
      else retryAfter = Math.max(retryAfter, outcome.retryAfterSeconds ?? 0)
      if (again) marks[position] = 'u' // the first call may have reached them all the same
    }
  }
  const answered = { ...head, tries, marks: marks.join('') }
  const settled = answered.marks.includes('w')
    ? requeue(answered, reason, now, random, retryAfter)
    : finalise({ ...answered, tries: 0, reason })
  return { head: settled, references, ...(stop && { stop }) }
}

function settleWhole(
  head: BatchHeader,
  sent: readonly number[],
  outcome: Outcome,
  now: number,
  random: number,
): Settlement {
  const references: Settlement['references'] = []
  switch (outcome.kind) {
    case 'accepted':
      if (outcome.reference !== undefined) references.push([sent[0] ?? 0, outcome.reference])
      return { head: finalise({ ...head, marks: mark(head.marks, sent, 'a'), tries: 0, reason: '' }), references }
    case 'unknown':
      return { head: unanswered(head, outcome.reason, now, random), references }
    case 'refused': {
      const detail = refusalText(outcome)
      if (ACCOUNT_REASONS.has(outcome.reason)) {
        return { head: requeue(head, detail, now, random, 0), references, stop: { kind: outcome.reason, detail } }
      }
      if (!outcome.permanent)
        return { head: requeue(head, detail, now, random, outcome.retryAfterSeconds ?? 0), references }
      if (sent.length > 1) return { head, references, split: true }
      if (isBadMail(outcome)) return { head: requeue(head, detail, now, random, 0), references, suspected: { detail } }
      return { head: finalise({ ...head, marks: mark(head.marks, sent, 'r'), tries: 0, reason: detail }), references }
    }
  }
}

const isBadMail = ({ reason }: CallRefusal): boolean => reason === 'invalid-content' || reason === 'bad-address'

/** Whoever still waits in a doubtful batch is refused for good; null when it has changed since. */
export const refuseWaiting = (head: BatchHeader | undefined): BatchHeader | null =>
  head?.state === 'waiting' ? { ...exclude(head, waitingPositions(head), 'r'), tries: 0 } : null

/** Whether a mail server has taken the mail of anybody in it. */
export const hasAccepted = ({ marks }: BatchHeader): boolean => marks.includes('a')

/** What a mail server had taken came back. */
export const markReturned = (head: BatchHeader, reason: string): BatchHeader => ({
  ...head,
  marks: head.marks.replaceAll('a', 'r'),
  reason,
})

/** The first call may have been taken all the same: the key and the bytes stay, or a person has to decide. */
function refuseRepeat(head: BatchHeader, outcome: CallRefusal, now: number, random: number): Settlement {
  const detail = refusalText(outcome)
  const waiting = unanswered(head, detail, now, random, outcome.retryAfterSeconds)
  if (ACCOUNT_REASONS.has(outcome.reason)) {
    return { head: waiting, references: [], stop: { kind: outcome.reason, detail } }
  }
  return { head: outcome.permanent ? giveUp(head, `unanswered, then refused: ${detail}`) : waiting, references: [] }
}

/** Definitely not taken: the people wait again, and the next attempt is a new generation. */
const requeue = (head: BatchHeader, reason: string, now: number, random: number, waitSeconds: number): BatchHeader => ({
  ...head,
  state: 'waiting',
  tries: head.tries + 1,
  reason,
  dueAt: now + backoffMs(head.tries, random, waitSeconds),
})

/** No answer to rely on: it stays attempted, to be asked again with the same key or given up. */
const unanswered = (head: BatchHeader, reason: string, now: number, random: number, waitSeconds = 0): BatchHeader => ({
  ...head,
  state: 'attempted',
  tries: head.tries + 1,
  reason,
  dueAt: now + backoffMs(head.tries, random, waitSeconds),
})

/** Cancelling lets nobody be written to any more; who may have been is not known before a person says so. */
export function cancel(head: BatchHeader): BatchHeader {
  if (head.state === 'attempted') return giveUp(head, 'cancelled while unanswered')
  return finalise({ ...head, marks: head.marks.replaceAll('w', 'c') })
}

/** The answer to a call that was cancelled meanwhile: it was not taken after all, so its people are as cancelled as the rest. */
export const cancelUnsent = (head: BatchHeader, sent: readonly number[]): BatchHeader =>
  finalise({ ...head, marks: mark(head.marks, sent, 'c') })

/** A person's decision about an uncertain batch; compare-and-set by generation. Null when it no longer applies. */
export function resolve(
  head: BatchHeader,
  generation: number,
  decision: 'send-again' | 'count-as-sent',
  now: number,
): BatchHeader | null {
  if (head.state !== 'uncertain' || head.generation !== generation) return null
  return decision === 'send-again'
    ? { ...head, state: 'waiting', marks: head.marks.replaceAll('u', 'w'), dueAt: now, tries: 0, reason: '' }
    : { ...head, state: 'settled', marks: head.marks.replaceAll('u', 'a'), reason: 'counted as sent' }
}

/** Two batches for one that a provider refuses whole. Whoever is settled already stays, with their mark, in their half. */
export function halve(head: BatchHeader, firstId: number): Array<{ head: BatchHeader; positions: number[] }> {
  const waiting = waitingPositions(head)
  const middle = waiting[Math.ceil(waiting.length / 2)] ?? head.marks.length
  return [[0, middle] as const, [middle, head.marks.length] as const].map(([from, to], i) => ({
    head: {
      ...newBatchHeader(firstId + i, head.locale, 0),
      marks: head.marks.slice(from, to),
      dueAt: Math.min(0, head.dueAt) - 1, // before all others, the smallest first: what is wrong shows after few calls
      reason: head.reason,
    },
    positions: Array.from({ length: to - from }, (_, offset) => from + offset),
  }))
}
