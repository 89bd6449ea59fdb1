import type { BatchAtGeneration, OpenCall } from '../delivery/batch.ts'
import { batchSize } from '../delivery/quota/transport-status.ts'
import type { UncertainDecision } from '../events/domain-event.ts'
import { laneOf } from '../objects.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import type { DispatchState } from './dispatch-state.ts'
import type { LaneReport } from './lane/lane-report.ts'
import type { LaneControl } from './lane/lane-task.ts'
import { LANES, prefixesFor } from './lane/lanes.ts'
import { practiceBatch } from './practice/practice.ts'

export type DispatchUncertainBatch = LaneReport['uncertain'][number] & { lane: number }

/** The lanes of one dispatch, from 0 to `lanes` - 1. */
export class DispatchLanes {
  readonly #env: Env
  readonly #dispatch: string

  constructor(env: Env, dispatch: string) {
    this.#env = env
    this.#dispatch = dispatch
  }

  /** Begins or wakes all lanes that have not finished. Stops early when `mayGoOn` returns false. */
  async begin(
    { notify: _, ...request }: DispatchRequest,
    state: DispatchState,
    locales: string[],
    mayGoOn: () => boolean,
  ): Promise<void> {
    const { lanes, finishedLanes } = state
    const { practice, ratePerMinute } = request
    const maxBatch = practice ? practiceBatch(ratePerMinute) : await batchSize(this.#env, ratePerMinute)
    for (const [index, prefixes] of prefixesFor(lanes).entries()) {
      if (finishedLanes.includes(index)) continue
      if (!mayGoOn()) return
      await this.#lane(index).begin({ request, index, lanes, prefixes, locales, maxBatch })
    }
  }

  /** Tells all lanes what they may do. Resolves once every lane has acknowledged: then no forbidden call can begin. */
  async control(lanes: number, control: LaneControl, stateVersion: number): Promise<void> {
    await Promise.all(this.#all(lanes).map((lane) => lane.control(control, stateVersion)))
  }

  /** The reports of all lanes, by index. */
  reports(lanes: number): Promise<LaneReport[]> {
    return Promise.all(this.#all(lanes).map((lane) => lane.report()))
  }

  /** Calls that are under way, with ids that are unique in the dispatch. */
  async openCalls(lanes: number): Promise<OpenCall[]> {
    const perLane = await Promise.all(this.#all(lanes).map((lane) => lane.openCalls()))
    return perLane.flatMap((calls, lane) => calls.map((call) => ({ ...call, batch: outerId(call.batch, lane) })))
  }

  /** Repairs lost alarms of lanes without work, which delete what is no longer needed. */
  async wakeIdle(lanes: number): Promise<void> {
    await Promise.all(this.#all(lanes).map((lane) => lane.wakeIdle()))
  }

  /** Deletes everything that the lanes store. */
  async drop(lanes: number): Promise<void> {
    await Promise.all(this.#all(lanes).map((lane) => lane.drop()))
  }

  /** Batches that an organiser must decide about, with ids that are unique in the dispatch. */
  async uncertain(lanes: number): Promise<DispatchUncertainBatch[]> {
    const reports = await this.reports(lanes)
    return reports.flatMap((report, lane) =>
      report.uncertain.map((batch) => ({ ...batch, lane, id: outerId(batch.id, lane) })),
    )
  }

  /** Applies a decision to batches of one lane. Returns the ids of the batches that it applied to. */
  async resolve(lane: number, batches: readonly BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> {
    const inner = batches.map(({ id, generation }) => ({ id: Math.floor(id / LANES), generation }))
    const resolved = await this.#lane(lane).resolve(inner, decision)
    return resolved.map((id) => outerId(id, lane))
  }

  #lane(index: number) {
    return laneOf(this.#env, this.#dispatch, index)
  }

  #all(lanes: number) {
    return Array.from({ length: lanes }, (_, index) => this.#lane(index))
  }
}

/** Groups batches by their lane, without lanes that the dispatch does not have. */
export const byLane = (
  batches: readonly BatchAtGeneration[],
  lanes: number,
): Array<[lane: number, batches: BatchAtGeneration[]]> =>
  [...Map.groupBy(batches, ({ id }) => id % LANES)].filter(([lane]) => lane < lanes)

/** The id of a lane's batch outside of the lane, unique in the dispatch. */
const outerId = (id: number, lane: number): number => id * LANES + lane
