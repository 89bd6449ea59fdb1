import { suppressionOf } from '../../objects.ts'

/** Somebody who wrote, by the fingerprint of their address, and when it was confirmed (epoch ms). */
export type ConfirmedWriter = { fingerprint: string; at: number }

/**
 * Whoever has had themselves erased since takes what they wrote back; whoever only left the list still wants it sent, and whoever was
 * erased before has come anew. Answers fingerprints.
 */
export async function findErased(env: Env, writers: readonly ConfirmedWriter[]): Promise<Set<string>> {
  const departures = await suppressionOf(env).recordsOf(writers.map(({ fingerprint }) => fingerprint))
  const erasedAt = new Map(departures.flatMap((one) => (one.reason === 'erased' ? [[one.fingerprint, one.since]] : [])))
  const isErased = ({ fingerprint, at }: ConfirmedWriter) =>
    (erasedAt.get(fingerprint) ?? Number.NEGATIVE_INFINITY) >= at
  return new Set(writers.filter(isErased).map(({ fingerprint }) => fingerprint))
}
