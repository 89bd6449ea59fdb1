import { STATUSES } from '../campaigns/definition.ts'
import type { DispatchView } from '../dispatch/dispatch-request.ts'
import type { ListedDispatch } from '../dispatch/ended/stored-view.ts'
import type { Stopped } from '../dispatch/stop/stop-switch.ts'

/** Dispatches per list. */
const LISTED = 25
/** Dispatches of a list that are asked for their counts, each one request to its object and one to each lane. A request may make 1,000. */
const MAX_ASKED = 20

type DispatchListDeps = {
  /** The newest dispatches, newest first, the number of all, and whether everything that sends is stopped. */
  listed(limit: number): Promise<{ dispatches: ListedDispatch[]; count: number; stopped: Stopped | null }>
  /** The current counts of one dispatch. */
  dispatch(id: string): Promise<DispatchView>
}

/**
 * The newest 25 dispatches; of more, dry runs are left out first, and those that are not over last. Only those that plan or send are asked
 * for their counts, at most 20; the others keep their last view.
 */
export async function listDispatches(deps: DispatchListDeps): Promise<DispatchView[]> {
  return currentViews(deps, (await deps.listed(LISTED)).dispatches)
}

function currentViews(deps: DispatchListDeps, dispatches: readonly ListedDispatch[]): Promise<DispatchView[]> {
  const asked = new Set(dispatches.filter(({ isLive }) => isLive).slice(0, MAX_ASKED))
  return Promise.all(dispatches.map(async (one) => (asked.has(one) ? deps.dispatch(one.id) : one.view)))
}

export type StatisticsDeps = DispatchListDeps & {
  /** The number of supporters at the time `at` (epoch ms). */
  supporters(): Promise<{ people: number; complete: boolean; at: number }>
  /** Suppressed people, by reason. */
  suppressed(): Promise<Record<string, number>>
  campaigns(): Promise<ReadonlyArray<{ status: string }>>
}

type Statistics = {
  supporters: { people: number; complete: boolean; countedAt: string }
  departed: Record<string, number>
  campaigns: Record<string, number>
  dispatches: number
  newestDispatch: DispatchView | null
  stopped?: { at: string; by: string } // absent while nothing is stopped
}

/** Counts of supporters, of suppressed people by reason, of campaigns by status, and of dispatches. */
export async function statistics(deps: StatisticsDeps): Promise<Statistics> {
  const [supporters, departed, campaigns, listed] = await Promise.all([
    deps.supporters(),
    deps.suppressed(),
    deps.campaigns(),
    deps.listed(LISTED),
  ])
  const [newestDispatch = null] = await currentViews(deps, listed.dispatches.slice(0, 1))
  const { people, complete, at } = supporters
  return {
    supporters: { people, complete, countedAt: new Date(at).toISOString() },
    departed,
    campaigns: Object.fromEntries(
      STATUSES.map((status) => [status, campaigns.filter((campaign) => campaign.status === status).length]),
    ),
    dispatches: listed.count,
    newestDispatch,
    ...(listed.stopped && { stopped: { at: new Date(listed.stopped.at).toISOString(), by: listed.stopped.by } }),
  }
}
