import { DurableObject } from 'cloudflare:workers'
import type { BatchAtGeneration, OpenCall } from '../delivery/batch.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import { transportStatus } from '../delivery/quota/transport-status.ts'
import type { UncertainDecision } from '../events/domain-event.ts'
import { isAlarmLost } from '../storage/alarms.ts'
import { Database } from '../storage/database.ts'
import type { DeliverySample } from './complaints/complaint-limits.ts'
import { runAlarm } from './dispatch-alarm.ts'
import type { DispatchUncertainBatch } from './dispatch-lanes.ts'
import * as progress from './dispatch-progress.ts'
import type { DispatchRequest, DispatchView } from './dispatch-request.ts'
import * as transitions from './dispatch-state.ts'
import { DISPATCH_STEPS, DispatchStorage } from './dispatch-storage.ts'
import { dropWithdrawnText } from './ended/afterwards.ts'
import type { Hold } from './lane/hold.ts'
import type { MailSnapshot } from './lane/lane-task.ts'
import { type DispatchActionResult, StatePropagation } from './state-propagation.ts'

/** One dispatch: stores its mail snapshot, begins its lanes and controls them. Changes of state are decided in `dispatch-state.ts`. */
export class Dispatch extends DurableObject<Env> {
  readonly #storage: DispatchStorage
  readonly #state: StatePropagation
  #failures = 0
  #publications = 0 // of which the dispatch was informed: what it read before the last one may be superseded

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#storage = new DispatchStorage(new Database(ctx, DISPATCH_STEPS))
    const alarm = { set: (at: number) => ctx.storage.setAlarm(at), clear: () => ctx.storage.deleteAlarm() }
    this.#state = new StatePropagation(env, this.#storage, alarm)
  }

  /** Stores the request if it is new, and sets the alarm. Idempotent. */
  async begin(request: DispatchRequest): Promise<void> {
    if (!this.hasBegun()) this.#storage.begin(request)
    await this.#state.wake()
  }

  hasBegun(): boolean {
    return this.#storage.hasBegun()
  }

  async view(): Promise<DispatchView> {
    const view = await this.#state.view()
    const isSending = ['running', 'planning'].includes(view.state) && view.counts.waiting > 0 && !view.practice
    return isSending && view.waiting === undefined ? { ...view, ...(await transportStatus(this.env)) } : view
  }

  /** Batches that an organiser must decide about, with the ids that `resolve` takes. */
  uncertain(): Promise<DispatchUncertainBatch[]> {
    return this.#state.lanes().uncertain(this.#state.now().lanes)
  }

  /** Calls that are under way. */
  openCalls(): Promise<OpenCall[]> {
    return this.#state.lanes().openCalls(this.hasBegun() ? this.#state.now().lanes : 0)
  }

  /** What the lanes send. Fixed when the dispatch started. @throws Error before. */
  mailSnapshot(): MailSnapshot {
    return this.#storage.startedMail()
  }

  async approve(by: string): Promise<DispatchActionResult> {
    const request = this.#storage.request()
    const result = await this.#state.change((now, moment) => transitions.approved(now, moment, request, by))
    await this.#state.wake()
    return result
  }

  /** Pauses the dispatch. Resolves once every lane has acknowledged: no call begins after that. */
  pause(reason: PauseReason): Promise<DispatchActionResult> {
    return this.#state.change((now, moment) => transitions.paused(now, moment, reason))
  }

  /**
   * Pauses if the current revision changes the terms that an organiser accepted. Incomplete if another revision than `expected` is current
   * here: during a deploy, objects run with different bundled campaigns.
   */
  async republished(expected: string | null): Promise<progress.RepublicationResult> {
    this.#publications++
    return progress.republished(this.#progressing(), expected)
  }

  /** Deletes the text of the mails if it names a person who may no longer be named: it can never be sent. */
  dropWithdrawnText(): Promise<void> {
    return dropWithdrawnText(this.#progressing())
  }

  /** Has the alarm do what is due after the end; with `ifLost` only if the alarm was lost. Returns whether anything is stored. */
  async wakeEnded(ifLost = false): Promise<boolean> {
    if (this.hasBegun() && (!ifLost || (await isAlarmLost(this.ctx.storage, Date.now())))) await this.#state.wake()
    return this.hasBegun()
  }

  /** Resumes the dispatch with the current terms. Also tries refused accounts at once, and stops counting earlier complaints. */
  resume(): Promise<DispatchActionResult> {
    return progress.resume(this.#progressing())
  }

  /** Resumes the dispatch if the stop of everything has paused it; else null. */
  goOn(): Promise<DispatchActionResult | null> {
    return progress.goOn(this.#progressing())
  }

  cancel(): Promise<DispatchActionResult> {
    return this.#state.change(transitions.cancelled)
  }
  /** Cancels the dispatch if it has not begun. */
  unschedule(): Promise<DispatchActionResult> {
    return this.#state.change(transitions.unscheduled)
  }
  /** Gives a dispatch that has not begun another time (epoch ms). */
  reschedule(sendAt: number): Promise<DispatchActionResult> {
    return progress.reschedule(this.#progressing(), sendAt)
  }

  resolve(batches: BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> {
    return progress.resolveUncertain(this.#progressing(), batches, decision)
  }

  /** Called by a lane that has planned all its people; may be repeated. Returns how many of them it may hand over. */
  lanePlanned(lane: number): Promise<Hold> {
    return progress.lanePlanned(this.#progressing(), lane)
  }

  /** Called by a lane with nothing left to send; may be repeated. */
  laneFinished(lane: number): Promise<void> {
    return this.#state.apply((now, moment) => transitions.laneFinished(now, moment, lane))
  }

  /** Pauses all lanes, since one of them met a fault that only an organiser can correct. */
  laneStopped(reason: PauseReason): Promise<void> {
    return progress.laneStopped(this.#progressing(), reason)
  }

  /** Takes a lane's new totals after bounces or complaints. Before a pause, the rates are checked with the totals of all lanes. */
  recordLaneSample(lane: number, sample: DeliverySample): Promise<void> {
    return progress.recordLaneSample(this.#progressing(), lane, sample)
  }

  override async alarm(): Promise<void> {
    this.#failures = await runAlarm(this.#progressing(), this.#failures, (at) => this.ctx.storage.setAlarm(at))
  }

  #progressing() {
    return { env: this.env, storage: this.#storage, state: this.#state, publications: () => this.#publications }
  }
}
