import { DurableObject } from 'cloudflare:workers'
import { isBounceOrComplaint } from '../../delivery/delivery-events.ts'
import { bulkTransports } from '../../delivery/quota/transport-status.ts'
import type { SliceEnd } from '../../delivery/send-loop.ts'
import { sendStream } from '../../delivery/send-stream.ts'
import { SliceBudget } from '../../delivery/slice-budget.ts'
import { SuspectedRefusals } from '../../delivery/suspected-refusals.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { errorMessage } from '../../kit/result.ts'
import { dispatchOf, dispatchRegistryOf } from '../../objects.ts'
import { Database } from '../../storage/database.ts'
import { readPage } from '../../supporter-list/audience.ts'
import { mailSourceOf } from '../campaign-mail.ts'
import { sampleOf } from '../complaint-monitor.ts'
import { alreadyReached } from './already-reached.ts'
import type { LaneReport } from './lane-report.ts'
import { laneStream } from './lane-send.ts'
import { LANE_STEPS, LaneState } from './lane-state.ts'
import type { LaneControl, LaneTask, MailSnapshot } from './lane-task.ts'
import { planPages } from './planning.ts'

/** Milliseconds after a failed alarm until the next try. */
const AFTER_FAILURE_MS = 5_000
/** Failures of the alarm in a row after which the dispatch pauses, so that an organiser sees the error. */
const FAILURES_BEFORE_PAUSE = 10

/** Plans and sends one share of a dispatch's people. Decisions are made in `planning.ts` and in the send loop (`delivery/`). */
export class Lane extends DurableObject<Env> {
  readonly #state: LaneState
  readonly #suspected = new SuspectedRefusals()
  #snapshot: MailSnapshot | undefined
  #failures = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#state = new LaneState(new Database(ctx, LANE_STEPS))
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
    return this.#state.report()
  }

  /** Applies a decision to uncertain batches. Returns the ids of the batches that it applied to. */
  async resolve(
    decisions: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    const done = this.#state.resolve(decisions, decision, Date.now())
    if (!this.#state.isIdle()) await this.ctx.storage.setAlarm(Date.now())
    return done
  }

  /** Which of the fingerprints this lane has reached or will reach. */
  reachedAmong(fingerprints: string[]): string[] {
    return this.#state.reachedAmong(fingerprints)
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

  override async alarm(): Promise<void> {
    let next: number | null
    try {
      next = await this.#work()
      this.#failures = 0
    } catch (error) {
      const detail = errorMessage(error)
      console.error('lane', this.#state.task().request.id, this.#state.task().index, detail)
      next = Date.now() + AFTER_FAILURE_MS // not left to the platform, which gives up after six retries
      if (++this.#failures % FAILURES_BEFORE_PAUSE === 0) await this.#dispatch().laneStopped({ kind: 'failed', detail })
    }
    await this.#setAlarm(next)
  }

  async #setAlarm(at: number | null): Promise<void> {
    if (at !== null) await this.ctx.storage.setAlarm(at)
  }

  /** Plans and sends one slice. Returns when the next alarm is due (epoch ms), or null if none is needed. */
  async #work(): Promise<number | null> {
    if (this.#state.isIdle()) return this.#retain()
    const task = this.#state.task()
    const budget = new SliceBudget(Date.now())
    const settings = await requireSettings(this.env)
    if (!(await this.#plan(task, settings, budget))) return this.#nextSliceAt()
    await this.#dispatch().lanePlanned(task.index) // repeated each time: an earlier report may have been lost
    if (task.request.dryRun) return this.#finish(task.index)

    const end = await this.#send(task, settings, budget)
    switch (end.kind) {
      case 'done':
        return this.#finish(task.index)
      case 'later':
        return end.at
      case 'held':
        return this.#nextSliceAt()
      case 'stopped': // the dispatch pauses this lane; if the lane paused itself first, a crash would leave only this lane paused
        await this.#dispatch().laneStopped(end.reason)
        return this.#nextSliceAt(AFTER_FAILURE_MS)
    }
  }

  /** When the next slice begins (epoch ms). If the lane may not run, when stored data must be deleted next. */
  #nextSliceAt(pauseMs = 0): number | null {
    return this.#state.mayRun() ? Date.now() + pauseMs : this.#state.retentionAt()
  }

  /** Plans until all people are in batches. Returns false if the slice ends before. */
  async #plan({ request }: LaneTask, settings: Settings, budget: SliceBudget): Promise<boolean> {
    while (!this.#state.isPlanned()) {
      if (!this.#state.mayRun() || !budget.isLeft(Date.now())) return false
      const calls = await planPages(this.#state, {
        keys: settings.keys,
        read: (...page) => readPage(this.env.SUPPORTERS, settings, ...page),
        alreadyReached: (fingerprints) =>
          alreadyReached(this.env, dispatchRegistryOf(this.env), request.id, fingerprints),
      })
      budget.spend(calls)
    }
    return true
  }

  async #send({ request, index }: LaneTask, settings: Settings, budget: SliceBudget): Promise<SliceEnd> {
    const source = await mailSourceOf(this.env, request)
    const mail = await this.#mailSnapshot()
    const { env } = this
    const rate = request.ratePerMinute
    return sendStream(env, laneStream({ env, state: this.#state, settings, mail }), {
      transports: bulkTransports(settings, env),
      request: {
        who: `${request.id}/${index}`,
        ...(rate !== undefined && { dispatch: { id: request.id, ratePerMinute: rate } }),
      },
      budget,
      mayGoOn: this.#state.mayRun,
      blockedBy: () => (source.ok ? source.value.preconditions(Date.now(), mail.terms) : source.error),
      suspected: this.#suspected,
    })
  }

  /** Deletes data whose retention has ended. A lane that was paused too long is cancelled, and then its dispatch too. */
  async #retain(): Promise<number | null> {
    const next = this.#state.retain(Date.now())
    if (this.#state.isCancelled()) await this.#dispatch().cancel()
    return next
  }

  /** Reports to the dispatch, then stores that the lane is finished. A report that a crash repeats does no harm; a lost one would. */
  async #finish(index: number): Promise<number | null> {
    await this.#dispatch().laneFinished(index)
    if (this.#state.hasWork()) return Date.now() // an organiser had batches sent again meanwhile
    this.#state.finish(Date.now())
    return this.#state.retentionAt()
  }

  #dispatch() {
    return dispatchOf(this.env, this.#state.task().request.id)
  }

  async #mailSnapshot(): Promise<MailSnapshot> {
    this.#snapshot ??= await this.#dispatch().mailSnapshot()
    return this.#snapshot
  }
}
