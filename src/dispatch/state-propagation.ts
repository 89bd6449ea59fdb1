import type { DispatchMoment } from '../events/domain-event.ts'
import { dispatchRegistryOf } from '../objects.ts'
import { DispatchLanes } from './dispatch-lanes.ts'
import { ACTIVE_PHASES, type DispatchRequest, type DispatchView } from './dispatch-request.ts'
import type { DispatchState, DispatchTransition, StateChange } from './dispatch-state.ts'
import type { DispatchStorage } from './dispatch-storage.ts'
import { followUpOf, toDispatchView } from './dispatch-view.ts'
import type { LaneReport } from './lane/lane-report.ts'
import { controlFor } from './lane/lane-task.ts'

/** Milliseconds after which what failed is tried again. */
export const AFTER_FAILURE_MS = 5_000

/** What an organiser's act came to. */
export type DispatchActionResult = { ok: true } | { ok: false; detail: string }

/** The alarm of the dispatch's object; times are epoch ms. */
export type Alarm = { set(at: number): Promise<void>; clear(): Promise<void> }

/** Stores each change of a dispatch's state, then tells its lanes and the registry. What a crash interrupts, the alarm repeats. */
export class StatePropagation {
  readonly #env: Env
  readonly #kept: DispatchStorage
  readonly #alarm: Alarm

  constructor(env: Env, kept: DispatchStorage, alarm: Alarm) {
    this.#env = env
    this.#kept = kept
    this.#alarm = alarm
  }

  now = (): DispatchState => this.#kept.state()
  request = (): DispatchRequest => this.#kept.request()
  isGoing = (): boolean => ACTIVE_PHASES.has(this.now().state)
  moment = (): DispatchMoment => ({ dispatch: this.request().id, at: Date.now() })
  lanes = (): DispatchLanes => new DispatchLanes(this.#env, this.request().id)
  reports = (): Promise<LaneReport[]> => this.lanes().reports(this.now().lanes)

  async view(): Promise<DispatchView> {
    return toDispatchView(this.request(), this.now(), await this.reports())
  }

  /** Makes a change that may be refused. Resolves once every lane has acknowledged. */
  async change(decide: (now: DispatchState, moment: DispatchMoment) => StateChange): Promise<DispatchActionResult> {
    const change = decide(this.now(), this.moment())
    if (!change.ok) return { ok: false, detail: change.error }
    await this.#become(change.value)
    return { ok: true }
  }

  /** Makes a change that cannot be refused. */
  apply(decide: (now: DispatchState, moment: DispatchMoment) => DispatchTransition): Promise<void> {
    return this.#become(decide(this.now(), this.moment()))
  }

  /** The state is stored before anything is told of it. */
  async #become({ next }: DispatchTransition): Promise<void> {
    if (next.state === this.now().state) {
      if (next !== this.now()) this.#kept.saveState(next)
      // A second request to pause is answered no earlier than the first.
      if (next.state === 'paused' && this.#kept.mustNotify()) await this.#tell()
      return
    }
    this.#kept.changeState(next)
    await this.#alarm.set(Date.now() + AFTER_FAILURE_MS)
    await this.#tell()
  }

  /** Tells the present state to lanes that may not know it. */
  async repeat(): Promise<void> {
    if (this.#kept.mustNotify()) await this.#tell()
  }

  /** Sets the alarm if there is anything to go on with. */
  async wake(): Promise<void> {
    if (this.isGoing() || this.#kept.mustNotify()) await this.#alarm.set(Date.now())
  }

  async #tell(): Promise<void> {
    const { state, lanes } = this.now()
    const turn = this.#kept.stateVersion()
    const control = controlFor(state)
    if (control !== null) await this.lanes().control(lanes, control, turn)
    if (this.#kept.stateVersion() !== turn) return // changed meanwhile: the later change tells them
    // The registry last: once it says “cancelled”, another dispatch may ask the lanes for people they have reached.
    const people = state === 'finished' ? (await this.view()).counts.planned : null
    const summary = { state, lanes, followUpAfter: followUpOf(this.now()), people }
    await dispatchRegistryOf(this.#env).recordSummary(this.request().id, summary)
    if (this.#kept.stateVersion() !== turn) return
    this.#kept.markNotified()
    if (!ACTIVE_PHASES.has(state)) await this.#alarm.clear()
  }
}
