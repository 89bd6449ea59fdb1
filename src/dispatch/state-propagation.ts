import type { Counts } from '../delivery/counts.ts'
import type { DispatchMoment } from '../events/domain-event.ts'
import type { RaisedNotice } from '../notices/notice-table.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { dispatchRegistryOf } from '../objects.ts'
import { DispatchLanes } from './dispatch-lanes.ts'
import { noticesOfEnd, noticesOfPause } from './dispatch-notices.ts'
import { ACTIVE_PHASES, type DispatchRequest, type DispatchView, ENDED_PHASES } from './dispatch-request.ts'
import type { DispatchState, DispatchTransition, StateChange } from './dispatch-state.ts'
import type { DispatchStorage } from './dispatch-storage.ts'
import { followUpOf, toDispatchView } from './dispatch-view.ts'
import type { LaneReport } from './lane/lane-report.ts'
import { controlFor } from './lane/lane-task.ts'
import { newsDue } from './news/news.ts'

/** Milliseconds after which a notification that a crash interrupted goes on. */
const INTERRUPTED_MS = 5_000

/** The result of an organiser's action; `detail` is a sentence about why it was refused. */
export type DispatchActionResult = { ok: true } | { ok: false; detail: string }

/** The alarm of the dispatch's object; times are epoch ms. */
type Alarm = { set(at: number): Promise<void>; clear(): Promise<void> }

/** Stores each change of a dispatch's state, then notifies its lanes and the registry. After a crash the alarm repeats the notification. */
export class StatePropagation {
  readonly #env: Env
  readonly #storage: DispatchStorage
  readonly #alarm: Alarm

  constructor(env: Env, storage: DispatchStorage, alarm: Alarm) {
    this.#env = env
    this.#storage = storage
    this.#alarm = alarm
  }

  now = (): DispatchState => this.#storage.state()
  request = (): DispatchRequest => this.#storage.request()
  isActive = (): boolean => ACTIVE_PHASES.has(this.now().state)
  #hasNews = (): boolean => newsDue(this.request(), this.now(), this.#storage.queuedNews(), Date.now()).length > 0
  #hasEnded = (): boolean => ENDED_PHASES.has(this.now().state)
  moment = (): DispatchMoment => ({ dispatch: this.request().id, at: Date.now() })
  lanes = (): DispatchLanes => new DispatchLanes(this.#env, this.request().id)
  reports = (): Promise<LaneReport[]> => this.lanes().reports(this.now().lanes)

  async view(): Promise<DispatchView> {
    return toDispatchView(this.request(), this.now(), await this.reports())
  }

  /** Makes a change that may be refused. Resolves once every lane has acknowledged the new state. */
  async change(decide: (now: DispatchState, moment: DispatchMoment) => StateChange): Promise<DispatchActionResult> {
    if (!this.#storage.hasBegun()) return { ok: false, detail: 'its records were deleted' } // a lane may cancel it after that
    const change = decide(this.now(), this.moment())
    if (!change.ok) return { ok: false, detail: change.error }
    await this.#become(change.value)
    return { ok: true }
  }

  /** Makes a change that cannot be refused. */
  apply(decide: (now: DispatchState, moment: DispatchMoment) => DispatchTransition): Promise<void> {
    return this.#become(decide(this.now(), this.moment()))
  }

  /** Stores the new state before any lane is notified. */
  async #become({ next }: DispatchTransition): Promise<void> {
    if (next.state === this.now().state) {
      if (next !== this.now()) this.#storage.saveState(next)
      // A second pause must also wait until every lane has acknowledged.
      if (next.state === 'paused' && this.#storage.mustNotify()) await this.#notify()
      return
    }
    this.#storage.changeState(next)
    await this.#alarm.set(Date.now() + INTERRUPTED_MS)
    await this.#notify()
  }

  /** Repeats an interrupted notification of the lanes and the registry. `isNews`: false if organisers were told of this state before. */
  async repeat(isNews = true): Promise<void> {
    if (this.#storage.mustNotify()) await this.#notify(isNews)
  }

  /**
   * Runs a change of the lanes' counts, then notifies the registry: people who are cancelled after the end no longer stand in the way of
   * another dispatch. After a crash in between the alarm repeats the notification.
   */
  async withNewSummary<T>(change: () => Promise<T>): Promise<T> {
    if (this.now().state !== 'finished') return change()
    this.#storage.changeState(this.now())
    await this.#alarm.set(Date.now() + INTERRUPTED_MS)
    const result = await change()
    this.#storage.changeState(this.now()) // a summary of meanwhile is older than this one
    await this.#notify(false)
    return result
  }

  /** Sets the alarm if the dispatch has work, an unfinished notification, or an end after which something is due. */
  async wake(): Promise<void> {
    if (this.isActive() || this.#hasEnded() || this.#storage.mustNotify()) await this.#alarm.set(Date.now())
  }

  /** `isNews`: false if organisers were told of this state before. */
  async #notify(isNews = true): Promise<void> {
    const { state, lanes } = this.now()
    const version = this.#storage.stateVersion()
    const control = controlFor(state)
    if (control !== null) await this.lanes().control(lanes, control, version)
    if (this.#storage.stateVersion() !== version) return // changed meanwhile: the later change notifies
    // The registry is last: once it stores “cancelled”, another dispatch may ask the lanes which people they have reached.
    const ended = ENDED_PHASES.has(state) ? await this.view() : null
    const people = ended !== null && state === 'finished' ? plannedToReach(ended.counts) : null
    const summary = {
      version,
      state,
      lanes,
      followUpAfter: followUpOf(this.now()),
      people,
      sendAt: this.request().sendAt,
    }
    await dispatchRegistryOf(this.#env).recordSummary(this.request().id, summary)
    if (isNews) for (const notice of this.#notices(ended)) await raiseNotice(this.#env, notice)
    if (this.#storage.stateVersion() !== version) return
    this.#storage.markNotified()
    if (this.#hasEnded() || this.#hasNews())
      await this.#alarm.set(Date.now()) // stores the last view, deletes what is no longer needed, and tells the news
    else if (!ACTIVE_PHASES.has(state)) await this.#alarm.clear()
  }

  /** What organisers must know of the current state. `ended`: the dispatch if it is finished. */
  #notices(ended: DispatchView | null): RaisedNotice[] {
    if (this.request().practice) return []
    const { paused } = this.now()
    if (ended !== null) return noticesOfEnd(ended)
    return paused === undefined ? [] : noticesOfPause(this.request().id, paused.reason)
  }
}

/** How many people a finished dispatch has reached, or may have. */
const plannedToReach = ({ planned, cancelled }: Counts): number => planned - cancelled
