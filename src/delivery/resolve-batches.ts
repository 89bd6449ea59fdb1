import type { Transition, UncertainDecision } from '../events/domain-event.ts'
import type { BatchAtGeneration, BatchHeader } from './batch.ts'
import { batchMoment } from './batch-events.ts'
import type { Ledger } from './ledger.ts'

/**
 * Resolves an uncertain batch as an organiser decided. Returns null if the batch is not uncertain, or is in another generation than the
 * organiser saw: then the decision no longer applies. `now` in epoch ms.
 */
export function resolve(
  head: BatchHeader,
  generation: number,
  decision: UncertainDecision,
  now: number,
): Transition<BatchHeader> | null {
  if (head.state !== 'uncertain' || head.generation !== generation) return null
  return {
    next: decision === 'count-as-sent' ? countAsSent(head) : sendAgain(head, now),
    events: [{ type: 'batch-resolved', ...batchMoment(head, now), decision }],
  }
}

const countAsSent = (head: BatchHeader): BatchHeader => ({
  ...head,
  state: 'settled',
  statuses: head.statuses.replace('uncertain', 'accepted'),
  reason: 'counted as sent',
})

const sendAgain = (head: BatchHeader, now: number): BatchHeader => ({
  ...head,
  state: 'waiting',
  statuses: head.statuses.replace('uncertain', 'waiting'),
  dueAt: now,
  tries: 0,
  reason: '',
})

/**
 * Applies a decision to the given batches, within the caller's transaction. Returns the ids of the batches that it applied to. A batch
 * whose recipients are deleted cannot be sent again, nor one for which `maySendAgain` is false.
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
    if (head === undefined) return []
    if (decision === 'send-again' && (ledger.body(id).recipients === null || !maySendAgain(id))) return []
    const resolved = resolve(head, generation, decision, now)
    if (resolved === null) return []
    ledger.save(resolved.next)
    return [id]
  })
}
