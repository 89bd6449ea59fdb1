import { laneOf } from '../../objects.ts'
import type { DispatchRegistry } from '../dispatch-registry.ts'
import { laneOfFingerprint } from './lanes.ts'

/**
 * Which of the fingerprints another dispatch of the same appeal has reached or will reach. Audiences with disjoint filters can still
 * overlap: people change their language, leave and rejoin. This check makes “exactly once” hold for each appeal.
 */
export async function alreadyReached(
  env: Env,
  registry: DurableObjectStub<DispatchRegistry>,
  dispatch: string,
  fingerprints: string[],
): Promise<ReadonlySet<string>> {
  const reached = new Set<string>()
  for (const other of await registry.otherDispatches(dispatch)) {
    for (const [lane, share] of Map.groupBy(fingerprints, (fingerprint) =>
      laneOfFingerprint(fingerprint, other.lanes),
    )) {
      for (const fingerprint of await laneOf(env, other.id, lane).reachedAmong(share)) reached.add(fingerprint)
    }
  }
  return reached
}
