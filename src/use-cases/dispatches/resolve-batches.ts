import type { UncertainDecision } from '../../delivery/batch.ts'
import type { Actor } from '../actor.ts'

/** A batch, and the generation that the organiser saw. A refusal or a decision gives a batch a new generation. */
type BatchAtGeneration = { id: number; generation: number }

type ResolveInput = { actor: Actor; batches: BatchAtGeneration[]; decision: UncertainDecision }

/** Applies a decision to uncertain batches. A batch of another generation, or already resolved, is returned in `notResolved`. */
export async function resolveBatches(
  owner: { resolve(batches: BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> },
  { batches, decision }: ResolveInput,
): Promise<{ resolved: number[]; notResolved: number[] }> {
  const resolved = await owner.resolve(batches, decision)
  return { resolved, notResolved: batches.map(({ id }) => id).filter((id) => !resolved.includes(id)) }
}
