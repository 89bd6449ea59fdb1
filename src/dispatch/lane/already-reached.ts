import { errorMessage } from '../../kit/result.ts'
import { laneOf } from '../../objects.ts'
import type { DispatchRegistry } from '../dispatch-registry.ts'
import type { DispatchRequest } from '../dispatch-request.ts'
import { laneOfFingerprint } from './lanes.ts'
import type { OtherDispatchAnswer } from './planning-wait.ts'
import { type Reach, type ReachRule, ruleFor } from './reach.ts'

/**
 * What the other dispatches of the appeal answer about these people, and the one of `reachedBy`. Audiences with disjoint filters can still
 * overlap: people change their language, leave and rejoin. This check makes “exactly once” hold for each appeal.
 */
export async function askOtherDispatches(
  env: Env,
  registry: DurableObjectStub<DispatchRegistry>,
  request: DispatchRequest,
  fingerprints: string[],
): Promise<OtherDispatchAnswer[]> {
  const answers: OtherDispatchAnswer[] = []
  for (const { id, lanes, earlier } of await registry.otherDispatches(request.id)) {
    const reach = await orFailure(askDispatch(env, { id, lanes }, ruleFor(request), fingerprints))
    answers.push({ id, earlier, ...reach })
  }
  const { reachedBy } = request.audience
  if (reachedBy !== undefined)
    answers.push({
      id: reachedBy,
      earlier: true,
      ...(await orFailure(askNamed(env, registry, reachedBy, fingerprints))),
    })
  return answers
}

const orFailure = (answer: Promise<Reach>): Promise<Reach | { unreachable: string }> =>
  answer.catch((error: unknown) => ({ unreachable: errorMessage(error) }))

/** The answer of the dispatch of `reachedBy`: its `reached` are all whom that dispatch has not reached, since these are left out. */
async function askNamed(
  env: Env,
  registry: DurableObjectStub<DispatchRegistry>,
  id: string,
  fingerprints: string[],
): Promise<Reach> {
  const { [id]: lanes } = await registry.lanesOf([id])
  if (lanes === undefined) throw new Error('its records have been deleted, so nobody knows whom it reached')
  const { reached, open } = await askDispatch(env, { id, lanes }, 'got', fingerprints)
  const got = new Set(reached)
  return { reached: fingerprints.filter((one) => !got.has(one)), open, claimed: [] }
}

async function askDispatch(
  env: Env,
  { id, lanes }: { id: string; lanes: number },
  rule: ReachRule,
  fingerprints: string[],
): Promise<Reach> {
  const sum: Reach = { reached: [], open: [], claimed: [] }
  for (const [lane, share] of Map.groupBy(fingerprints, (fingerprint) => laneOfFingerprint(fingerprint, lanes))) {
    const reach = await laneOf(env, id, lane).reachAmong(share, rule)
    for (const name of ['reached', 'open', 'claimed'] as const) sum[name].push(...reach[name])
  }
  return sum
}
