import type { BatchAtGeneration } from '../delivery/batch.ts'
import type { UncertainDecision } from '../events/domain-event.ts'
import type { Actor } from './actor.ts'

type ResolveInput = { actor: Actor; batches: BatchAtGeneration[]; decision: UncertainDecision }

/**
 * Applies a decision to uncertain batches of a dispatch, or to uncertain mails of a campaign. A batch of another generation, or already
 * resolved, is returned in `notResolved`.
 */
export async function resolveUncertain(
  owner: { resolve(batches: BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> },
  { batches, decision }: ResolveInput,
): Promise<{ resolved: number[]; notResolved: number[] }> {
  const resolved = await owner.resolve(batches, decision)
  return { resolved, notResolved: batches.map(({ id }) => id).filter((id) => !resolved.includes(id)) }
}
