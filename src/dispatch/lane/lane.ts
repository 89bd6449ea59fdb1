import { DurableObject } from 'cloudflare:workers'
import { type BatchAtGeneration, type OpenCall, openCallsOf } from '../../delivery/batch.ts'
import { isBounceOrComplaint } from '../../delivery/delivery-events.ts'
import { requireSettings } from '../../env.ts'
import type { UncertainDecision } from '../../events/domain-event.ts'
import { alarmPauseMs } from '../../kit/backoff.ts'
import { errorMessage } from '../../kit/result.ts'
import { dispatchOf } from '../../objects.ts'
import { isAlarmLost } from '../../storage/alarms.ts'
import { Database } from '../../storage/database.ts'
import { sampleOf } from '../complaints/complaint-monitor.ts'
import { eraseInLane, findInLane } from './erase-person.ts'
import type { LaneReport } from './lane-report.ts'
import { LANE_STEPS, LaneState } from './lane-state.ts'
import type { LaneControl, LaneTask } from './lane-task.ts'
import { LaneWork } from './lane-work.ts'
import type { Reach, ReachRule } from './reach.ts'

/** Failures of the alarm in a row after which the dispatch pauses, so that an organiser sees the error. */
const FAILURES_BEFORE_PAUSE = 10

/** Plans and sends one share of a dispatch's people. Decisions are made in `planning.ts` and in the send loop (`delivery/`). */
export class Lane extends DurableObject<Env> {
  readonly #state: LaneState
  readonly #work: LaneWork
  #failures = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#state = new LaneState(new Database(ctx, LANE_STEPS))
    this.#work = new LaneWork(env, this.#state)
  }

  /** Stores the task if it is new, and sets the alarm. Idempotent: the dispatch repeats this after a crash. */
  async begin(task: LaneTask): Promise<void> {
    this.#state.begin(task)
    if (this.#state.isFinished()) await this.#dispatch().laneFinished(task.index) // an earlier report may have been lost
    await this.wake()
  }

  /** Stores what the lane may do. After a pause or cancel it resolves once no further call can begin. */
  async control(control: LaneControl, stateVersion: number): Promise<void> {
    this.#state.control(control, Date.now(), stateVersion)
    if (!this.#state.isIdle()) await this.ctx.storage.setAlarm(Date.now())
    else await this.#setAlarm(this.#state.retentionAt())
  }

  /** Sets the alarm if there is none, or if its time has passed. Keeps a future alarm. */
  async wake(): Promise<void> {
    if (this.#state.isIdle()) return
    const at = await this.ctx.storage.getAlarm()
    if (at === null || at < Date.now()) await this.ctx.storage.setAlarm(Date.now())
  }

  report(): LaneReport {
    const waiting = this.#work.waiting()
    return waiting === undefined ? this.#state.report() : { ...this.#state.report(), waiting }
  }

  /** Calls that are under way. */
  openCalls(): OpenCall[] {
    return openCallsOf(this.#state.ledger)
  }

  /** Applies a decision to uncertain batches. Returns the ids of the batches that it applied to. */
  async resolve(batches: BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> {
    const done = this.#state.resolve(batches, decision, Date.now())
    if (!this.#state.isIdle()) await this.ctx.storage.setAlarm(Date.now())
    return done
  }

  /** Which of the fingerprints this lane has, by the rule of the dispatch that asks. */
  reachAmong(fingerprints: string[], rule: ReachRule): Reach {
    return this.#state.reachAmong(fingerprints, rule)
  }

  /**
   * Stores provider events, given as bits by fingerprint. Reports the lane's totals to the dispatch after every bounce or complaint, also a
   * repeated one: an earlier report may have been lost.
   */
  async recordEvents(bits: Array<[fingerprint: string, bits: number]>): Promise<void> {
    if (!this.#state.hasBegun()) return
    this.#state.recordEvents(new Map(bits))
    if (!bits.some(([, personBits]) => isBounceOrComplaint(personBits))) return
    await this.#dispatch().recordLaneSample(this.#state.task().index, sampleOf(this.#state.report()))
  }

  /** Deletes a person's address and name. False when it must be repeated. */
  async erase(fingerprint: string): Promise<boolean> {
    const { keys } = await requireSettings(this.env)
    const isDone = await eraseInLane(this.#state, keys, fingerprint)
    await this.wake()
    return isDone
  }

  /** What became of a person's mail, as JSON; null if they are not in this lane. */
  findPerson(fingerprint: string): string | null {
    return findInLane(this.#state, fingerprint)
  }

  /** Repairs the alarm by which a lane without work deletes what it no longer needs. */
  async wakeIdle(): Promise<void> {
    const at = this.#state.retentionAt()
    if (at !== null && (await isAlarmLost(this.ctx.storage, Date.now()))) await this.ctx.storage.setAlarm(at)
  }

  /** Deletes everything. Called by the dispatch at the end of its own records. */
  async drop(): Promise<void> {
    this.#state.forget()
    await this.ctx.storage.deleteAll()
  }

  override async alarm(): Promise<void> {
    let next: number | null
    try {
      next = await this.#work.run()
      this.#failures = 0
    } catch (error) {
      const detail = errorMessage(error)
      console.error('lane', this.#state.task().request.id, this.#state.task().index, detail)
      // not left to the platform, which gives up after six retries
      next = Date.now() + alarmPauseMs(this.#failures, Math.random())
      if (++this.#failures % FAILURES_BEFORE_PAUSE === 0) await this.#dispatch().laneStopped({ kind: 'failed', detail })
    }
    await this.#setAlarm(next)
  }

  async #setAlarm(at: number | null): Promise<void> {
    if (at !== null) await this.ctx.storage.setAlarm(at)
  }

  #dispatch() {
    return dispatchOf(this.env, this.#state.task().request.id)
  }
}
