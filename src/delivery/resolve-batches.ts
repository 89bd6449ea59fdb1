import { resolve, type UncertainDecision } from './batch.ts'
import type { Ledger } from './ledger.ts'

/**
 * Applies a decision to those of the batches that are still as they were looked at, within the caller's transaction. Answers them. What
 * has lost its recipients cannot be sent again.
 */
export function resolveBatches(
  ledger: Ledger,
  batches: ReadonlyArray<{ id: number; generation: number }>,
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
    ledger.save(resolved)
    return [id]
  })
}
