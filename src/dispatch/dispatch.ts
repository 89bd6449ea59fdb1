import { DurableObject } from 'cloudflare:workers'
import type { Campaign } from '../campaigns/campaign.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import { batchSize, retryTransports, transportStatus } from '../delivery/quota/transport-status.ts'
import { requireSettings } from '../env.ts'
import { dispatchRegistryOf, laneOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { estimateSupporters } from '../supporter-list/count-supporters.ts'
import type { DeliverySample } from './complaint-limits.ts'
import { ACTIVE_PHASES, type DispatchRequest, type DispatchView } from './dispatch-request.ts'
import * as transitions from './dispatch-state.ts'
import { DISPATCH_STEPS, DispatchStorage } from './dispatch-storage.ts'
import { followUpOf, toDispatchView } from './dispatch-view.ts'
import type { LaneReport } from './lane/lane-report.ts'
import { controlFor, type MailSnapshot } from './lane/lane-task.ts'
import { LANES, lanesFor, prefixesFor } from './lane/lanes.ts'
import { blockedBy, isNameWithdrawn, NAME_WITHDRAWN, otherRevision, stopsDispatches } from './preconditions.ts'
import { createMailSnapshot } from './snapshot.ts'

/** Milliseconds after which what failed is tried again. */
const AFTER_FAILURE_MS = 5_000
/** Failures in a row after which the organiser is told: what ten tries did not mend, a person has to. */
const FAILURES_BEFORE_PAUSE = 10

export type DispatchUncertainBatch = LaneReport['uncertain'][number] & { lane: number }

/** What an organiser's act came to. */
export type DispatchActionResult = { ok: true } | { ok: false; detail: string }

/** One send: starts its lanes, freezes what they all use, and holds them together. A shell over `standing.ts`. */
export class Dispatch extends DurableObject<Env> {
  readonly #storage: DispatchStorage
  #failures = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#storage = new DispatchStorage(new Database(ctx, DISPATCH_STEPS))
  }

  /** Idempotent: takes the order, or finds that it has it and goes on. */
  async begin(request: DispatchRequest): Promise<void> {
    if (!this.hasBegun()) this.#storage.begin(request)
    await this.#wake()
  }

  hasBegun(): boolean {
    return this.#storage.hasBegun()
  }

  async view(): Promise<DispatchView> {
    const view = toDispatchView(this.#request(), this.#state(), await this.#reports())
    const isSending = (view.state === 'running' || view.state === 'planning') && view.counts.waiting > 0
    return isSending ? { ...view, ...(await transportStatus(this.env)) } : view
  }

  /** Batches that only a person can settle, by the number `resolve` takes: it names the lane too. */
  async uncertain(): Promise<DispatchUncertainBatch[]> {
    const reports = await this.#reports()
    return reports.flatMap((report, lane) =>
      report.uncertain.map((found) => ({ ...found, lane, id: found.id * LANES + lane })),
    )
  }

  /** What the lanes send, as it was frozen when the dispatch started. */
  mailSnapshot(): MailSnapshot {
    const snapshot = this.#storage.snapshot()
    if (snapshot === undefined) throw new Error('this dispatch has not started')
    return snapshot
  }

  async approve(by: string): Promise<DispatchActionResult> {
    const result = await this.#change(transitions.approved(this.#state(), this.#request(), by))
    await this.#wake()
    return result
  }

  /** Answers once every lane has acknowledged: no call begins after that. */
  pause(reason: PauseReason): Promise<DispatchActionResult> {
    return this.#change(transitions.paused(this.#state(), reason))
  }

  /** Pauses if the new revision changes what the one being sent may do, or what was looked at when it was last resumed. */
  async republished(campaign: Campaign): Promise<boolean> {
    const reviewed = this.#storage.reviewedCampaign()
    if (reviewed === undefined || !stopsDispatches(reviewed, campaign)) return false
    const detail = `revision ${campaign.revision} changes the status, the last day of use or who may be named`
    return (await this.pause({ kind: 'campaign-changed', detail })).ok
  }

  async resume(): Promise<DispatchActionResult> {
    const { blocker, current } = await this.#blockedBy()
    if (blocker === null && current !== null) this.#storage.saveReviewedCampaign(current)
    if (blocker === null) {
      await retryTransports(this.env)
      this.#storage.complaints.resetBaseline(await this.#reports())
    }
    const result = blocker === null ? await this.#change(transitions.resumed(this.#state())) : refuse(blocker.detail)
    await this.#wake()
    return result
  }

  cancel(): Promise<DispatchActionResult> {
    return this.#change(transitions.cancelled(this.#state(), Date.now()))
  }

  /** The ids of the batches the decision applied to. */
  async resolve(
    batches: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    const done: number[] = []
    for (const [lane, share] of Map.groupBy(batches, ({ id }) => id % LANES)) {
      if (lane >= this.#state().lanes) continue
      const decisions = share.map(({ id, generation }) => ({ id: Math.floor(id / LANES), generation }))
      // Reopened first: were it to send again before that is kept, nobody could pause it.
      if (decision === 'send-again') await this.#changeState(transitions.laneReopened(this.#state(), lane))
      const resolved = await laneOf(this.env, this.#request().id, lane).resolve(decisions, decision)
      done.push(...resolved.map((id) => id * LANES + lane))
    }
    await this.#wake() // a lane with nothing to send again says once more that it has finished
    return done
  }

  async lanePlanned(lane: number): Promise<void> {
    await this.#changeState(transitions.lanePlanned(this.#state(), lane, Date.now()))
  }

  async laneFinished(lane: number): Promise<void> {
    await this.#changeState(transitions.laneFinished(this.#state(), lane, Date.now()))
  }

  /** A lane has met something that only a person can put right: all of them stop. */
  async laneStopped(reason: PauseReason): Promise<void> {
    await this.pause(reason)
  }

  /** A lane has heard of bounces or complaints. Every lane is asked before it comes to a pause. */
  async recordLaneSample(lane: number, sample: DeliverySample): Promise<void> {
    if (!this.#storage.complaints.recordLane(lane, sample) || !ACTIVE_PHASES.has(this.#state().state)) return
    const reason = this.#storage.complaints.recordAll(await this.#reports())
    if (reason !== null) await this.pause(reason)
  }

  override async alarm(): Promise<void> {
    try {
      await this.#advance()
      this.#failures = 0
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      console.error('dispatch', this.#request().id, detail)
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
      if (++this.#failures % FAILURES_BEFORE_PAUSE === 0) await this.pause({ kind: 'failed', detail })
    }
  }

  async #advance(): Promise<void> {
    if (this.#storage.mustNotify()) await this.#notify()
    const { state } = this.#state()
    const { sendAt } = this.#request()
    if (state === 'scheduled' && sendAt > Date.now()) await this.ctx.storage.setAlarm(sendAt)
    else if (state === 'scheduled') await this.#start()
    else if (state === 'planning' || state === 'running') await this.#beginLanes()
  }

  /** Freezes everything the lanes use, then lets them begin. */
  async #start(): Promise<void> {
    const request = this.#request()
    const settings = await requireSettings(this.env)
    const campaign = await currentCampaign(this.env, request.campaign)
    const blockedNow = request.dryRun ? null : blockedBy(campaign, request.email, Date.now())
    const blocker = blockedNow ?? otherRevision(request, campaign?.revision)
    if (campaign === null || blocker !== null) return void (blocker && (await this.pause(blocker)))
    const snapshot = await createMailSnapshot(this.env.CONTENT, settings, request, campaign, Date.now())
    if (!snapshot.ok) return void (await this.pause(snapshot.error))
    const lanes = lanesFor(await estimateSupporters(this.env.SUPPORTERS))
    if (this.#state().state !== 'scheduled') return // paused or cancelled while this was being made
    this.#storage.saveSnapshot(snapshot.value)
    await this.#changeState(transitions.started(this.#state(), lanes, snapshot.value.startedAt))
    await this.#beginLanes()
  }

  async #beginLanes(): Promise<void> {
    const request = this.#request()
    const { lanes, finishedLanes } = this.#state()
    const locales = Object.keys(this.mailSnapshot().templates)
    const maxBatch = await batchSize(this.env, request.ratePerMinute)
    for (const [index, prefixes] of prefixesFor(lanes).entries()) {
      if (finishedLanes.includes(index)) continue
      if (!ACTIVE_PHASES.has(this.#state().state)) return
      await laneOf(this.env, request.id, index).begin({ request, index, lanes, prefixes, locales, maxBatch })
    }
  }

  async #change(change: transitions.StateChange): Promise<DispatchActionResult> {
    if (!change.ok) return refuse(change.error)
    await this.#changeState(change.value)
    return { ok: true }
  }

  /** The state first, durably; then the register and the lanes. A crash between is mended by the alarm. */
  async #changeState(next: transitions.DispatchState): Promise<void> {
    if (next.state === this.#state().state) {
      if (next !== this.#state()) this.#storage.saveState(next)
      if (next.state === 'paused' && this.#storage.mustNotify()) await this.#notify() // whoever asks second is answered no earlier than the first
      return
    }
    this.#storage.changeState(next)
    await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
    await this.#notify()
  }

  async #notify(): Promise<void> {
    const { id } = this.#request()
    const { state, lanes } = this.#state()
    const stateVersion = this.#storage.stateVersion()
    const control = controlFor(state)
    if (control !== null) {
      const every = Array.from({ length: lanes }, (_, index) => laneOf(this.env, id, index))
      await Promise.all(every.map((lane) => lane.control(control, stateVersion)))
    }
    if (this.#storage.stateVersion() !== stateVersion) return // changed meanwhile: whoever changed it tells them
    // The register last: once it says “cancelled”, another dispatch may ask the lanes whom they have reached.
    const people = state === 'finished' ? (await this.view()).counts.planned : null
    await dispatchRegistryOf(this.env).recordSummary(id, {
      state,
      lanes,
      followUpAfter: followUpOf(this.#state()),
      people,
    })
    if (this.#storage.stateVersion() !== stateVersion) return
    this.#storage.markNotified()
    if (!ACTIVE_PHASES.has(state)) await this.ctx.storage.deleteAlarm()
  }

  async #blockedBy(): Promise<{ blocker: PauseReason | null; current: Campaign | null }> {
    const request = this.#request()
    const current = await currentCampaign(this.env, request.campaign)
    const frozen = this.#storage.snapshotCampaign()
    const withdrawn = current !== null && frozen !== undefined && isNameWithdrawn(frozen, current)
    return { blocker: withdrawn ? NAME_WITHDRAWN : blockedBy(current, request.email, Date.now()), current }
  }

  #reports(): Promise<LaneReport[]> {
    const { id } = this.#request()
    return Promise.all(Array.from({ length: this.#state().lanes }, (_, index) => laneOf(this.env, id, index).report()))
  }

  async #wake(): Promise<void> {
    if (ACTIVE_PHASES.has(this.#state().state) || this.#storage.mustNotify())
      await this.ctx.storage.setAlarm(Date.now())
  }

  #request(): DispatchRequest {
    return this.#storage.request()
  }

  #state(): transitions.DispatchState {
    return this.#storage.state()
  }
}

const refuse = (detail: string): DispatchActionResult => ({ ok: false, detail })
