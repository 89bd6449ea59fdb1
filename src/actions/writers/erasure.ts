import { suppressionOf } from '../../objects.ts'

/** Somebody who wrote, by the fingerprint of their address, and when it was confirmed (epoch ms). */
export type Confirmed = { fingerprint: string; at: number }

/**
 * Whoever has had themselves erased since takes what they wrote back; whoever only left the list still wants it sent, and whoever was
 * erased before has come anew. Answers fingerprints.
 */
export async function erasedAmong(env: Env, writers: readonly Confirmed[]): Promise<Set<string>> {
  const departures = await suppressionOf(env).departures(writers.map(({ fingerprint }) => fingerprint))
  const erasedAt = new Map(departures.flatMap((one) => (one.reason === 'erased' ? [[one.fingerprint, one.since]] : [])))
  const isErased = ({ fingerprint, at }: Confirmed) => (erasedAt.get(fingerprint) ?? Number.NEGATIVE_INFINITY) >= at
  return new Set(writers.filter(isErased).map(({ fingerprint }) => fingerprint))
}
