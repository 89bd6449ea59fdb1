import { laneOf } from '../../objects.ts'
import type { Register } from '../dispatch-registry.ts'
import { laneOfFingerprint } from './lanes.ts'

/**
 * Those whom another dispatch of the same appeal has reached or is to reach. Audiences that were disjoint on paper need not be in
 * time: people change their language, leave and come back. This is what makes “exactly once” hold per appeal.
 */
export async function takenByOthers(
  env: Env,
  register: DurableObjectStub<Register>,
  dispatch: string,
  fingerprints: string[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>()
  for (const sibling of await register.siblings(dispatch)) {
    for (const [lane, share] of Map.groupBy(fingerprints, (fingerprint) =>
      laneOfFingerprint(fingerprint, sibling.lanes),
    )) {
      for (const fingerprint of await laneOf(env, sibling.id, lane).reachedAmong(share)) taken.add(fingerprint)
    }
  }
  return taken
}
