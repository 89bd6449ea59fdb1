import type { OpenCall } from '../../delivery/batch.ts'
import { EVERYTHING_STOPPED } from '../../delivery/pause-reason.ts'
import { errorMessage } from '../../kit/result.ts'
import { campaignActionsOf, dispatchOf, placesOf, senderQuotaOf } from '../../objects.ts'
import { drivers } from '../../transports/drivers.gen.ts'
import type { DispatchActionResult } from '../state-propagation.ts'
import type { StopSwitch } from './stop-switch.ts'

/** Milliseconds after the answer to a stop within which a last call may begin. */
const LAST_BEGIN_MS = 2_000

/** A call that was under way when everything was stopped: of a dispatch, or of a campaign's letters. */
type StoppedCall = OpenCall & ({ dispatch: string } | { campaign: string })

/** `paused`: dispatches that the stop has paused. `unknown`: objects that did not answer; they begin no call either. */
export type StopResult = { paused: string[]; openCalls: StoppedCall[]; unknown: string[] }
export type GoOnResult = { resumed: string[]; notResumed: Array<{ dispatch: string; detail: string }> }

/** What spreading the switch works with. `active` and `paused`: ids of dispatches. */
type Spreading = { env: Env; stop: StopSwitch; active(): string[]; paused(): string[] }

/**
 * Tells everything that sends that it is stopped. Resolves when no call begins later than `LAST_BEGIN_MS` from now. The sending accounts
 * decide: each call needs their permit. The dispatches are paused so that organisers see why nothing is sent.
 * @throws Error if an account did not answer. Cron tells it again
 */
export async function spreadStop({ env, stop, active, paused }: Spreading): Promise<StopResult> {
  const version = stop.version()
  const before = active()
  const pausing = Promise.allSettled(before.map((id) => dispatchOf(env, id).pause(EVERYTHING_STOPPED)))
  const permitted = await orderAccounts(env, { version, stopped: true })
  const [pauses] = await Promise.all([pausing, sleep(permitted - LAST_BEGIN_MS)])
  if (pauses.every(isFulfilled)) stop.markSpread(version)
  const asked = [
    ...[...new Set([...before, ...paused()])].map((dispatch) => ({
      of: { dispatch },
      calls: () => dispatchOf(env, dispatch).openCalls(),
    })),
    ...(await placesOf(env).campaigns()).map((campaign) => ({
      of: { campaign },
      calls: () => campaignActionsOf(env, campaign).openCalls(),
    })),
  ]
  const answers = await Promise.allSettled(asked.map(({ calls }) => calls()))
  return {
    paused: before.filter((_, i) => pauses[i]?.status === 'fulfilled' && pauses[i].value.ok),
    openCalls: asked.flatMap(({ of }, i) => {
      const answer = answers[i]
      return answer?.status === 'fulfilled' ? answer.value.map((call) => ({ ...of, ...call })) : []
    }),
    unknown: asked.flatMap(({ of }, i) => (answers[i]?.status === 'rejected' ? Object.values(of) : [])),
  }
}

/** Lets everything that sends go on, and resumes the dispatches that the stop has paused. @throws Error if an account did not answer */
export async function spreadGoOn({ env, stop, paused }: Spreading): Promise<GoOnResult> {
  const version = stop.version()
  await orderAccounts(env, { version, stopped: false })
  const ids = paused()
  const answers = await Promise.allSettled(ids.map((id) => dispatchOf(env, id).goOn()))
  const woken = await Promise.allSettled(
    (await placesOf(env).campaigns()).map((campaign) => campaignActionsOf(env, campaign).handleCampaignChange()),
  )
  if ([...answers, ...woken].every(isFulfilled)) stop.markSpread(version)
  const result: GoOnResult = { resumed: [], notResumed: [] }
  for (const [i, dispatch] of ids.entries()) {
    const answer = answers[i]
    if (answer?.status === 'rejected') result.notResumed.push({ dispatch, detail: errorMessage(answer.reason) })
    const done: DispatchActionResult | null = answer?.status === 'fulfilled' ? answer.value : null
    if (done?.ok === true) result.resumed.push(dispatch)
    if (done?.ok === false) result.notResumed.push({ dispatch, detail: done.detail })
  }
  return result
}

/** Orders every account that a setting could name. Returns the milliseconds until the last permitted call may begin. */
async function orderAccounts(env: Env, order: { version: number; stopped: boolean }): Promise<number> {
  const permitted = await Promise.all(drivers.map(({ name }) => senderQuotaOf(env, name).obeyStop(order)))
  return Math.max(...permitted)
}

const isFulfilled = ({ status }: PromiseSettledResult<unknown>): boolean => status === 'fulfilled'
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
