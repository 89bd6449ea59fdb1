import { errorMessage } from '../../kit/result.ts'
import { laneOf } from '../../objects.ts'
import type { DispatchRegistry } from '../dispatch-registry.ts'
import type { DispatchRequest } from '../dispatch-request.ts'
import { laneOfFingerprint } from './lanes.ts'
import type { OtherDispatchAnswer } from './planning-wait.ts'
import { type Reach, ruleFor } from './reach.ts'

/**
 * What the other dispatches of the appeal answer about these people. Audiences with disjoint filters can still overlap: people change
 * their language, leave and rejoin. This check makes “exactly once” hold for each appeal.
 */
export async function askOtherDispatches(
  env: Env,
  registry: DurableObjectStub<DispatchRegistry>,
  request: DispatchRequest,
  fingerprints: string[],
): Promise<OtherDispatchAnswer[]> {
  const answers: OtherDispatchAnswer[] = []
  for (const { id, lanes, earlier } of await registry.otherDispatches(request.id)) {
    try {
      answers.push({ id, earlier, ...(await askDispatch(env, { id, lanes }, request, fingerprints)) })
    } catch (error) {
      answers.push({ id, earlier, unreachable: errorMessage(error) })
    }
  }
  return answers
}

async function askDispatch(
  env: Env,
  { id, lanes }: { id: string; lanes: number },
  request: DispatchRequest,
  fingerprints: string[],
): Promise<Reach> {
  const sum: Reach = { reached: [], open: [], claimed: [] }
  for (const [lane, share] of Map.groupBy(fingerprints, (fingerprint) => laneOfFingerprint(fingerprint, lanes))) {
    const reach = await laneOf(env, id, lane).reachAmong(share, ruleFor(request))
    for (const name of ['reached', 'open', 'claimed'] as const) sum[name].push(...reach[name])
  }
  return sum
}
