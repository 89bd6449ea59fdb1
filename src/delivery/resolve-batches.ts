import type { Transition, UncertainDecision } from '../events/domain-event.ts'
import type { BatchAtGeneration, BatchHeader } from './batch.ts'
import { batchMoment } from './batch-events.ts'
import type { Ledger } from './ledger.ts'

/** The reason of a batch that an organiser counted as not sent. */
export const COUNTED_AS_NOT_SENT = 'counted as not sent'

/**
 * Resolves an uncertain batch as an organiser decided. Returns null if the batch is not uncertain, or is in another generation than the
 * organiser saw: then the decision no longer applies. `now` in epoch ms, `events` the delivery events of its people.
 */
export function resolve(
  head: BatchHeader,
  generation: number,
  decision: UncertainDecision,
  now: number,
  events = '',
): Transition<BatchHeader> | null {
  if (head.state !== 'uncertain' || head.generation !== generation) return null
  return {
    next: decided(head, decision, now, events),
    events: [{ type: 'batch-resolved', ...batchMoment(head, now), decision }],
  }
}

function decided(head: BatchHeader, decision: UncertainDecision, now: number, events: string): BatchHeader {
  switch (decision) {
    case 'count-as-sent':
      return countAsSent(head)
    case 'count-as-not-sent':
      return countAsNotSent(head, events)
    case 'send-again':
      return sendAgain(head, now)
  }
}

const countAsSent = (head: BatchHeader): BatchHeader => ({
  ...head,
  state: 'settled',
  statuses: head.statuses.replace('uncertain', 'accepted'),
  reason: 'counted as sent',
})

/** Frees the people for a later dispatch, except those of whose mail the provider has reported an event: it was sent. */
function countAsNotSent(head: BatchHeader, events: string): BatchHeader {
  const sent = head.statuses.positions('uncertain').filter((position) => (events[position] ?? '0') !== '0')
  const statuses = head.statuses.set(sent, 'accepted').replace('uncertain', 'cancelled')
  return { ...head, state: 'settled', statuses, reason: COUNTED_AS_NOT_SENT }
}

const sendAgain = (head: BatchHeader, now: number): BatchHeader => ({
  ...head,
  state: 'waiting',
  statuses: head.statuses.replace('uncertain', 'waiting'),
  dueAt: now,
  tries: 0,
  reason: '',
})

/**
 * Applies a decision to the given batches, within the caller's transaction. Returns the ids of the batches that it applied to. While a
 * call is under way its answer decides. A batch whose recipients are deleted cannot be sent again, nor one for which `maySendAgain` is
 * false.
 */
export function resolveBatches(
  ledger: Ledger,
  batches: readonly BatchAtGeneration[],
  decision: UncertainDecision,
  now: number,
  maySendAgain: (id: number) => boolean = () => true,
): number[] {
  return batches.flatMap(({ id, generation }) => {
    const head = ledger.head(id)
    if (head === undefined || ledger.openCalls.has(id)) return []
    if (decision === 'send-again' && (ledger.body(id).recipients === null || !maySendAgain(id))) return []
    const resolved = resolve(head, generation, decision, now, ledger.deliveryEvents.digitsOf(id))
    if (resolved === null) return []
    ledger.save(resolved.next)
    return [id]
  })
}
