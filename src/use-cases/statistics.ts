import { STATUSES } from '../campaigns/definition.ts'
import type { DispatchView } from '../dispatch/dispatch-request.ts'

/** Dispatches per list. Each costs one request to its object; a Worker invocation may make 1,000. */
const LISTED = 25

type DispatchListDeps = {
  /** Ids of all dispatches, newest first. */
  dispatchIds(): Promise<string[]>
  dispatch(id: string): Promise<DispatchView>
}

/** The newest 25 dispatches with their counts. */
export async function listDispatches(deps: DispatchListDeps): Promise<DispatchView[]> {
  const ids = await deps.dispatchIds()
  return Promise.all(ids.slice(0, LISTED).map((id) => deps.dispatch(id)))
}

export type StatisticsDeps = DispatchListDeps & {
  supporters(): Promise<{ people: number; complete: boolean }>
  /** Suppressed people, by reason. */
  suppressed(): Promise<Record<string, number>>
  campaigns(): Promise<ReadonlyArray<{ status: string }>>
}

type Statistics = {
  supporters: { people: number; complete: boolean }
  departed: Record<string, number>
  campaigns: Record<string, number>
  dispatches: number
  newestDispatch: DispatchView | null
}

/** Counts of supporters, of suppressed people by reason, of campaigns by status, and of dispatches. */
export async function statistics(deps: StatisticsDeps): Promise<Statistics> {
  const [supporters, departed, campaigns, ids] = await Promise.all([
    deps.supporters(),
    deps.suppressed(),
    deps.campaigns(),
    deps.dispatchIds(),
  ])
  const newestDispatch = ids[0] === undefined ? null : await deps.dispatch(ids[0])
  return {
    supporters,
    departed,
    campaigns: Object.fromEntries(
      STATUSES.map((status) => [status, campaigns.filter((campaign) => campaign.status === status).length]),
    ),
    dispatches: ids.length,
    newestDispatch,
  }
}
