import type { Transition } from '../events/domain-event.ts'
import type { Outcome } from '../transports/transport.ts'
import { ACCOUNT_REASONS } from '../transports/transport.ts'
import { backoffMs } from './backoff.ts'
import { type BatchHeader, closeIfDone, giveUp } from './batch.ts'
import { toTransition } from './batch-events.ts'
import type { PauseReason } from './pause-reason.ts'
import { asRecipientRefusals, MAILBOX_TRIES, mailboxPauseSeconds } from './recipient-refusals.ts'

type CallRefusal = Extract<Outcome, { kind: 'refused' }>
const refusalText = ({ detail, reason }: CallRefusal): string => detail ?? reason

type Decided = {
  head: BatchHeader
  references: Array<[position: number, reference: string]>
  /** The account itself is refused: the whole dispatch has to stop. */
  stop?: PauseReason
  /** The provider refuses the call as a whole for something in it: cut it in two and try the halves. */
  split?: true
  /** One person alone is refused for content or address: true of them only if the transport takes anybody (`suspected-refusals.ts`). */
  suspect?: { detail: string }
}

/** What an answer makes of a batch: its next header with the events of the change, and what the caller has to do. */
export type Settlement = Omit<Decided, 'head'> & Transition<BatchHeader>

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
  const { head: next, ...rest } = decide(head, sent, answer, now, random, again)
  return { ...rest, ...toTransition(head, next, now) }
}

function decide(
  head: BatchHeader,
  sent: readonly number[],
  answer: Outcome | Outcome[],
  now: number,
  random: number,
  again: boolean,
): Decided {
  if (!Array.isArray(answer)) {
    return again && answer.kind === 'refused'
      ? refuseRepeat(head, answer, now, random)
      : settleWhole(head, sent, answer, now, random)
  }
  if (answer.length !== sent.length) {
    const reason = `answer names ${answer.length} people, the call had ${sent.length}`
    return { head: toUnanswered(head, reason, now, random), references: [] }
  }
  return settleEach(head, sent, answer, now, random, again)
}

/** Whether a refusal says only that nothing is taken now: of the account, or for a while. */
const isTemporary = (outcome: Outcome): outcome is CallRefusal =>
  outcome.kind === 'refused' && (!outcome.permanent || ACCOUNT_REASONS.has(outcome.reason))

/** What one outcome makes of one person. */
export type RecipientVerdict = {
  status: 'accepted' | 'refused' | 'uncertain' | 'waiting'
  reference?: string
  reason?: string
  /** Of somebody who waits: not before so many seconds. */
  retryAfterSeconds?: number
  /** The account itself is refused. */
  stop?: PauseReason
}

/**
 * What an outcome makes of the person it is about. With `again` the call repeated an unanswered one: the first may have reached them, so
 * that a refusal which passes leaves them uncertain. `tries` are those in a row before this one in which nobody was taken.
 */
export function classify(outcome: Outcome, again: boolean, tries: number): RecipientVerdict {
  if (outcome.kind === 'accepted') {
    const { reference } = outcome
    return { status: 'accepted', ...(reference !== undefined && { reference }) }
  }
  if (outcome.kind === 'unknown') return { status: 'uncertain', reason: outcome.reason }
  const reason = refusalText(outcome)
  if (!isTemporary(outcome)) return { status: 'refused', reason }
  if (outcome.reason === 'mailbox-unavailable' && !again) {
    if (tries + 1 < MAILBOX_TRIES) return { status: 'waiting', reason, retryAfterSeconds: mailboxPauseSeconds(tries) }
    return { status: 'refused', reason: `${reason}; given up after ${MAILBOX_TRIES} tries` }
  }
  const status = again ? 'uncertain' : 'waiting'
  if (ACCOUNT_REASONS.has(outcome.reason)) return { status, reason, stop: { kind: outcome.reason, detail: reason } }
  return { status, reason, retryAfterSeconds: outcome.retryAfterSeconds ?? 0 }
}

/** An answer with an outcome for each person, put together. */
function settleEach(
  head: BatchHeader,
  sent: readonly number[],
  given: readonly Outcome[],
  now: number,
  random: number,
  again: boolean,
): Decided {
  const anyAccepted = given.some(({ kind }) => kind === 'accepted')
  const answer = anyAccepted ? asRecipientRefusals(given) : given
  const temporary = answer.filter(isTemporary)
  const [first] = temporary
  if (again && first !== undefined && temporary.length === answer.length) return refuseRepeat(head, first, now, random)

  const tries = anyAccepted ? 0 : head.tries
  const verdicts = answer.map((outcome, i) => ({ ...classify(outcome, again, tries), position: sent[i] ?? 0 }))
  const statuses = head.statuses.setEach(verdicts.map(({ position, status }) => [position, status]))
  const references = verdicts.flatMap(({ position, reference }): Decided['references'] =>
    reference === undefined ? [] : [[position, reference]],
  )
  const reason = verdicts.findLast((verdict) => verdict.reason !== undefined)?.reason ?? ''
  const retryAfter = verdicts.reduce((most, { retryAfterSeconds = 0 }) => Math.max(most, retryAfterSeconds), 0)
  const stop = verdicts.find((verdict) => verdict.stop !== undefined)?.stop
  const answered = { ...head, tries, statuses }
  const settled = statuses.any('waiting')
    ? toWaiting(answered, reason, now, random, retryAfter)
    : closeIfDone({ ...answered, tries: 0, reason })
  return { head: settled, references, ...(stop && { stop }) }
}

function settleWhole(
  head: BatchHeader,
  sent: readonly number[],
  outcome: Outcome,
  now: number,
  random: number,
): Decided {
  const references: Decided['references'] = []
  switch (outcome.kind) {
    case 'accepted':
      if (outcome.reference !== undefined) references.push([sent[0] ?? 0, outcome.reference])
      return {
        head: closeIfDone({ ...head, statuses: head.statuses.set(sent, 'accepted'), tries: 0, reason: '' }),
        references,
      }
    case 'unknown':
      return { head: toUnanswered(head, outcome.reason, now, random), references }
    case 'refused': {
      const detail = refusalText(outcome)
      if (ACCOUNT_REASONS.has(outcome.reason)) {
        return { head: toWaiting(head, detail, now, random, 0), references, stop: { kind: outcome.reason, detail } }
      }
      if (!outcome.permanent)
        return { head: toWaiting(head, detail, now, random, outcome.retryAfterSeconds ?? 0), references }
      if (sent.length > 1) return { head, references, split: true }
      if (isBadMail(outcome)) return { head: toWaiting(head, detail, now, random, 0), references, suspect: { detail } }
      return {
        head: closeIfDone({ ...head, statuses: head.statuses.set(sent, 'refused'), tries: 0, reason: detail }),
        references,
      }
    }
  }
}

const isBadMail = ({ reason }: CallRefusal): boolean => reason === 'invalid-content' || reason === 'bad-address'

/** The first call may have been taken all the same: the key and the bytes stay, or a person has to decide. */
function refuseRepeat(head: BatchHeader, outcome: CallRefusal, now: number, random: number): Decided {
  const detail = refusalText(outcome)
  const waiting = toUnanswered(head, detail, now, random, outcome.retryAfterSeconds)
  if (ACCOUNT_REASONS.has(outcome.reason)) {
    return { head: waiting, references: [], stop: { kind: outcome.reason, detail } }
  }
  return { head: outcome.permanent ? giveUp(head, `unanswered, then refused: ${detail}`) : waiting, references: [] }
}

/** Definitely not taken: the people wait again, and the next attempt is a new generation. */
const toWaiting = (
  head: BatchHeader,
  reason: string,
  now: number,
  random: number,
  pauseSeconds: number,
): BatchHeader => ({
  ...head,
  state: 'waiting',
  tries: head.tries + 1,
  reason,
  dueAt: now + backoffMs(head.tries, random, pauseSeconds),
})

/** No answer to rely on: it stays attempted, to be asked again with the same key or given up. */
const toUnanswered = (
  head: BatchHeader,
  reason: string,
  now: number,
  random: number,
  pauseSeconds = 0,
): BatchHeader => ({
  ...head,
  state: 'attempted',
  tries: head.tries + 1,
  reason,
  dueAt: now + backoffMs(head.tries, random, pauseSeconds),
})
