import { bulkTransports } from '../../delivery/quota/transport-status.ts'
import { SuspectedRefusals } from '../../delivery/refusals/suspected-refusals.ts'
import { sendStream } from '../../delivery/send-stream.ts'
import type { SliceEnd } from '../../delivery/send-world.ts'
import { SliceBudget } from '../../delivery/slice-budget.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import { dispatchOf, dispatchRegistryOf, suppressionOf } from '../../objects.ts'
import { type ReadRecent, readCurrentPage } from '../../supporter-list/recent-changes.ts'
import { mailSourceOf } from '../campaign-mail.ts'
import { inventedReaders } from '../practice/invented-readers.ts'
import { practiceTransport } from '../practice/practice.ts'
import { askOtherDispatches } from './already-reached.ts'
import { type Hold, roomIn } from './hold.ts'
import { laneStream } from './lane-send.ts'
import type { LaneState } from './lane-state.ts'
import type { LaneTask, MailSnapshot } from './lane-task.ts'
import { planPages } from './planning.ts'
import { PlanningWait } from './planning-wait.ts'

/** Milliseconds until a lane that had to stop looks again. */
const AFTER_STOP_MS = 5_000
/** Milliseconds until a lane looks again whether those before it have finished, while the dispatch is to pause after some people. */
const OTHER_LANE_MS = 2_000

/** One alarm's work of a lane: planning, sending, and deleting what is no longer needed. */
export class LaneWork {
  readonly #env: Env
  readonly #state: LaneState
  readonly #suspected = new SuspectedRefusals()
  readonly #wait = new PlanningWait()
  #snapshot: MailSnapshot | undefined

  constructor(env: Env, state: LaneState) {
    this.#env = env
    this.#state = state
  }

  /** Plans and sends one slice. Returns when the next alarm is due (epoch ms), or null if none is needed. */
  async run(): Promise<number | null> {
    if (this.#state.isIdle()) return this.#retain()
    const task = this.#state.task()
    const budget = new SliceBudget(Date.now())
    const settings = await requireSettings(this.#env)
    if (!(await this.#plan(task, settings, budget))) {
      const long = this.#wait.takeLong(Date.now())
      if (long !== null)
        await raiseNotice(this.#env, { kind: 'dispatch-waiting', subject: task.request.id, detail: long })
      const overdue = this.#wait.takeOverdue(Date.now())
      if (overdue !== null) await this.#dispatch().laneStopped(overdue)
      return this.#nextSliceAt()
    }
    const hold = await this.#dispatch().lanePlanned(task.index) // repeated each time: an earlier report may have been lost
    if (task.request.dryRun) return this.#finish(task.index)
    if (hold === 'other-lane' && this.#state.hasWork()) return this.#nextSliceAt(OTHER_LANE_MS)

    const end = await this.#send(task, settings, budget, hold)
    switch (end.kind) {
      case 'done':
        return this.#finish(task.index)
      case 'later':
        return end.at
      case 'held':
        return this.#nextSliceAt()
      case 'stopped': // the dispatch pauses this lane; if the lane paused itself first, a crash would leave only this lane paused
        await this.#dispatch().laneStopped(end.reason)
        return this.#nextSliceAt(AFTER_STOP_MS)
    }
  }

  /** Why planning waits for other dispatches; undefined if it does not. */
  waiting = () => this.#wait.current()

  /** When the next slice begins (epoch ms). If the lane may not run, when stored data must be deleted next. */
  #nextSliceAt(pauseMs = 0): number | null {
    return this.#state.mayRun() ? Date.now() + pauseMs : this.#state.retentionAt()
  }

  /** Plans until all people are in batches. Returns false if the slice ends before. */
  async #plan({ request, locales }: LaneTask, settings: Settings, budget: SliceBudget): Promise<boolean> {
    const suppression = suppressionOf(this.#env)
    const recent: ReadRecent = (after, upTo) => suppression.recentChanges(after, upTo)
    while (!this.#state.isPlanned()) {
      if (!this.#state.mayRun() || !budget.isLeft(Date.now())) return false
      const { operations, isUndecided } = await planPages(this.#state, {
        keys: settings.keys,
        read: (...page) =>
          request.practice
            ? inventedReaders(locales, request.audience, settings.fingerprint)
            : readCurrentPage(this.#env.SUPPORTERS, settings, recent, ...page),
        alreadyReached: async (fingerprints) =>
          request.practice
            ? new Set()
            : this.#wait.reached(fingerprints, {
                ask: (some) => askOtherDispatches(this.#env, dispatchRegistryOf(this.#env), request, some),
                claims: this.#state.claims,
                mayGoOn: this.#state.mayRun,
                now: Date.now,
                sleep,
              }),
        async unwilling(fingerprints) {
          const [none, { left }] = await Promise.all([
            suppression.suppressedAmong(fingerprints),
            suppression.membership(fingerprints),
          ])
          const suppressed = new Set(left)
          return { suppressed, paused: new Set(none.filter((one) => !suppressed.has(one))) }
        },
      })
      if (isUndecided) return false
      budget.spend(operations)
    }
    return true
  }

  async #send({ request, index }: LaneTask, settings: Settings, budget: SliceBudget, hold: Hold): Promise<SliceEnd> {
    const source = await mailSourceOf(this.#env, request)
    const mail = await this.#mailSnapshot()
    const blockedBy = source.ok ? source.value.preconditions(mail.terms) : () => source.error
    const env = this.#env
    const rate = request.ratePerMinute
    return sendStream(env, laneStream({ env, state: this.#state, settings, mail }), {
      transports: request.practice ? [practiceTransport(env, request.id)] : bulkTransports(settings, env),
      request: {
        who: `${request.id}/${index}`,
        ...(rate !== undefined && { dispatch: { id: request.id, ratePerMinute: rate } }),
      },
      budget,
      mayGoOn: this.#state.mayRun,
      blockedBy: () => blockedBy(Date.now()),
      suspected: this.#suspected,
      room: hold === null ? undefined : () => roomIn(this.#state.ledger, hold === 'other-lane' ? 0 : hold.people),
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
    return dispatchOf(this.#env, this.#state.task().request.id)
  }

  async #mailSnapshot(): Promise<MailSnapshot> {
    this.#snapshot ??= await this.#dispatch().mailSnapshot()
    return this.#snapshot
  }
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
