import { laneOf } from '../../objects.ts'
import type { DispatchRegistry } from '../dispatch-registry.ts'
import { laneOfFingerprint } from './lanes.ts'

/**
 * Those whom another dispatch of the same appeal has reached or is to reach. Audiences that were disjoint on paper need not be in
 * time: people change their language, leave and come back. This is what makes “exactly once” hold per appeal.
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
