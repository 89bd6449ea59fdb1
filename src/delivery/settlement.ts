import type { Transition } from '../events/domain-event.ts'
import { backoffMs } from '../kit/backoff.ts'
import type { Outcome } from '../transports/transport.ts'
import { ACCOUNT_REASONS } from '../transports/transport.ts'
import { type BatchHeader, closeIfDone, giveUp } from './batch.ts'
import { toTransition } from './batch-events.ts'
import type { PauseReason } from './pause-reason.ts'
import { asRecipientRefusals, MAILBOX_TRIES, mailboxPauseSeconds } from './refusals/recipient-refusals.ts'

type CallRefusal = Extract<Outcome, { kind: 'refused' }>
const refusalText = ({ detail, reason }: CallRefusal): string => detail ?? reason

/** The next header of a batch and what the caller has to do. */
type Decided = {
  head: BatchHeader
  references: Array<[position: number, reference: string]>
  /** The provider refuses the account: this transport must stop. */
  stop?: PauseReason
  /** The provider refuses the whole call for its content: split the batch in two and send the halves. */
  split?: true
  /** The only person of the call is refused for content or address. Final only once the transport accepts another person. */
  suspect?: { detail: string }
}

/** The result of an answer for a batch: its next header with the events of the change, and what the caller has to do. */
export type Settlement = Omit<Decided, 'head'> & Transition<BatchHeader>

/**
 * Applies a provider's answer to a batch. `sent` are the positions of the call in order, `now` is epoch ms, `random` in [0, 1). `again`:
 * the call repeated one without an answer. A refusal of the repeated call does not show that the first call was refused.
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
    const reason = `the answer has ${answer.length} outcomes, expected ${sent.length}: one for each person of the call`
    return { head: toUnanswered(head, reason, now, random), references: [] }
  }
  return settleEach(head, sent, answer, now, random, again)
}

/** Whether an outcome is a refusal that can change: a temporary one, or one of the account. */
const isTemporary = (outcome: Outcome): outcome is CallRefusal =>
  outcome.kind === 'refused' && (!outcome.permanent || ACCOUNT_REASONS.has(outcome.reason))

/** The status that one outcome gives to one person, with details for the batch. */
export type RecipientVerdict = {
  status: 'accepted' | 'refused' | 'uncertain' | 'waiting'
  reference?: string
  reason?: string
  /** Only with `waiting`: seconds until the next try, at the earliest. */
  retryAfterSeconds?: number
  /** The provider refuses the account. */
  stop?: PauseReason
}

/**
 * The status that an outcome gives to its person. `again`: the call repeated one without an answer. The first call may have reached the
 * person, so a temporary refusal makes them uncertain. `tries` counts the earlier tries in a row that accepted no person.
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

/** Applies an answer with one outcome for each person. */
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

/** Applies an answer with one outcome for the whole call. */
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

/**
 * Applies the refusal of a repeated call. The first call may have been accepted all the same. So the batch keeps its key and bytes, or
 * becomes uncertain.
 */
function refuseRepeat(head: BatchHeader, outcome: CallRefusal, now: number, random: number): Decided {
  const detail = refusalText(outcome)
  const waiting = toUnanswered(head, detail, now, random, outcome.retryAfterSeconds)
  if (ACCOUNT_REASONS.has(outcome.reason)) {
    return { head: waiting, references: [], stop: { kind: outcome.reason, detail } }
  }
  return {
    head: outcome.permanent ? giveUp(head, `no answer, then refused when repeated: ${detail}`) : waiting,
    references: [],
  }
}

/** The call was definitely not accepted: its people wait again, and the next call is a new generation. */
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

/** There is no reliable answer: the batch stays attempted. Later its call is repeated with the same key, or it becomes uncertain. */
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
