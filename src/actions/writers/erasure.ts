import { suppressionOf } from '../../objects.ts'

/** A writer by the fingerprint of their address, and the time of the confirmation (epoch ms). */
type ConfirmedWriter = { fingerprint: string; at: number }

/**
 * Fingerprints of the writers who were erased after they confirmed. Their texts must not be sent. An unsubscribe from the supporter list
 * does not count, nor does an erasure before the confirmation.
 */
export async function findErased(env: Env, writers: readonly ConfirmedWriter[]): Promise<Set<string>> {
  const records = await suppressionOf(env).recordsOf(writers.map(({ fingerprint }) => fingerprint))
  const erasedAt = new Map(records.map((one) => [one.fingerprint, one.erasedAt]))
  const isErased = ({ fingerprint, at }: ConfirmedWriter) =>
    (erasedAt.get(fingerprint) ?? Number.NEGATIVE_INFINITY) >= at
  return new Set(writers.filter(isErased).map(({ fingerprint }) => fingerprint))
}
