import type { UncertainDecision } from '../../delivery/batch.ts'
import type { Actor } from '../actor.ts'

/** A batch at the generation that was looked at. */
export type BatchAtGeneration = { id: number; generation: number }

export type ResolveInput = { actor: Actor; batches: BatchAtGeneration[]; decision: UncertainDecision }

/** Decides about uncertain batches. Those of another generation, or that are resolved already, are left alone. */
export async function resolveBatches(
  owner: { resolve(batches: BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> },
  { batches, decision }: ResolveInput,
): Promise<{ resolved: number[]; notResolved: number[] }> {
  const resolved = await owner.resolve(batches, decision)
  return { resolved, notResolved: batches.map(({ id }) => id).filter((id) => !resolved.includes(id)) }
}
