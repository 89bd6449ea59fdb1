import { DurableObject } from 'cloudflare:workers'
import type { Campaign } from '../campaigns/campaign.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import { batchSize, lookAgain, transportStatus } from '../delivery/quota/transport-status.ts'
import { requireSettings } from '../env.ts'
import { laneOf, registerOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { estimate } from '../supporter-list/count-supporters.ts'
import type { Sample } from './complaint-limits.ts'
import { GOING, type Order, type Told } from './dispatch-request.ts'
import * as standing from './dispatch-state.ts'
import { DISPATCH_STEPS, DispatchKept } from './dispatch-storage.ts'
import { followUpOf, tell } from './dispatch-view.ts'
import type { LaneReport } from './lane/lane-report.ts'
import { controlFor, type FrozenMail } from './lane/lane-task.ts'
import { LANES, lanesFor, prefixesFor } from './lane/lanes.ts'
import { hindranceFor, isNameWithdrawn, NAME_WITHDRAWN, otherRevision, stopsDispatches } from './preconditions.ts'
import { freezeMail } from './snapshot.ts'

/** Milliseconds after which what failed is tried again. */
const AFTER_FAILURE_MS = 5_000
/** Failures in a row after which the organiser is told: what ten tries did not mend, a person has to. */
const FAILURES_TOLD = 10

export type UncertainBatch = LaneReport['uncertain'][number] & { lane: number }

/** What an organiser's act came to. */
export type Acted = { ok: true } | { ok: false; detail: string }

/** One send: starts its lanes, freezes what they all use, and holds them together. A shell over `standing.ts`. */
export class Dispatch extends DurableObject<Env> {
  readonly #kept: DispatchKept
  #failures = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#kept = new DispatchKept(new Database(ctx, DISPATCH_STEPS))
  }

  /** Idempotent: takes the order, or finds that it has it and goes on. */
  async begin(order: Order): Promise<void> {
    if (!this.hasBegun()) this.#kept.begin(order)
    await this.#wake()
  }

  hasBegun(): boolean {
    return this.#kept.hasBegun()
  }

  async told(): Promise<Told> {
    const told = tell(this.#order(), this.#now(), await this.#reports())
    const isSending = (told.state === 'running' || told.state === 'planning') && told.counts.waiting > 0
    return isSending ? { ...told, ...(await transportStatus(this.env)) } : told
  }

  /** Batches that only a person can settle, by the number `resolve` takes: it names the lane too. */
  async uncertain(): Promise<UncertainBatch[]> {
    const reports = await this.#reports()
    return reports.flatMap((report, lane) =>
      report.uncertain.map((found) => ({ ...found, lane, id: found.id * LANES + lane })),
    )
  }

  /** What the lanes send, as it was frozen when the dispatch started. */
  mail(): FrozenMail {
    const mail = this.#kept.mail()
    if (mail === undefined) throw new Error('this dispatch has not started')
    return mail
  }

  async approve(by: string): Promise<Acted> {
    const acted = await this.#change(standing.approved(this.#now(), this.#order(), by))
    await this.#wake()
    return acted
  }

  /** Answers once every lane has acknowledged: no call begins after that. */
  pause(reason: PauseReason): Promise<Acted> {
    return this.#change(standing.paused(this.#now(), reason))
  }

  /** Pauses if the new revision changes what the one being sent may do, or what was looked at when it was last resumed. */
  async republished(campaign: Campaign): Promise<boolean> {
    const looked = this.#kept.lookedAt()
    if (looked === undefined || !stopsDispatches(looked, campaign)) return false
    const detail = `revision ${campaign.revision} changes the status, the last day of use or who may be named`
    return (await this.pause({ kind: 'campaign-changed', detail })).ok
  }

  async resume(): Promise<Acted> {
    const { hindrance, current } = await this.#hindrance()
    if (hindrance === null && current !== null) this.#kept.look(current)
    if (hindrance === null) {
      await lookAgain(this.env)
      this.#kept.rates.forgive(await this.#reports())
    }
    const acted = hindrance === null ? await this.#change(standing.resumed(this.#now())) : refuse(hindrance.detail)
    await this.#wake()
    return acted
  }

  cancel(): Promise<Acted> {
    return this.#change(standing.cancelled(this.#now(), Date.now()))
  }

  /** The ids of the batches the decision applied to. */
  async resolve(
    batches: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    const done: number[] = []
    for (const [lane, share] of Map.groupBy(batches, ({ id }) => id % LANES)) {
      if (lane >= this.#now().lanes) continue
      const asked = share.map(({ id, generation }) => ({ id: Math.floor(id / LANES), generation }))
      // Reopened first: were it to send again before that is kept, nobody could pause it.
      if (decision === 'send-again') await this.#become(standing.laneReopened(this.#now(), lane))
      const resolved = await laneOf(this.env, this.#order().id, lane).resolve(asked, decision)
      done.push(...resolved.map((id) => id * LANES + lane))
    }
    await this.#wake() // a lane with nothing to send again says once more that it has finished
    return done
  }

  async lanePlanned(lane: number): Promise<void> {
    await this.#become(standing.lanePlanned(this.#now(), lane, Date.now()))
  }

  async laneFinished(lane: number): Promise<void> {
    await this.#become(standing.laneFinished(this.#now(), lane, Date.now()))
  }

  /** A lane has met something that only a person can put right: all of them stop. */
  async laneStopped(reason: PauseReason): Promise<void> {
    await this.pause(reason)
  }

  /** A lane has heard of bounces or complaints. Every lane is asked before it comes to a pause. */
  async laneHeard(lane: number, sample: Sample): Promise<void> {
    if (!this.#kept.rates.heard(lane, sample) || !GOING.has(this.#now().state)) return
    const reason = this.#kept.rates.looked(await this.#reports())
    if (reason !== null) await this.pause(reason)
  }

  override async alarm(): Promise<void> {
    try {
      await this.#goOn()
      this.#failures = 0
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      console.error('dispatch', this.#order().id, detail)
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
      if (++this.#failures % FAILURES_TOLD === 0) await this.pause({ kind: 'failed', detail })
    }
  }

  async #goOn(): Promise<void> {
    if (this.#kept.isUntold()) await this.#tell()
    const { state } = this.#now()
    const { sendAt } = this.#order()
    if (state === 'scheduled' && sendAt > Date.now()) await this.ctx.storage.setAlarm(sendAt)
    else if (state === 'scheduled') await this.#start()
    else if (state === 'planning' || state === 'running') await this.#beginLanes()
  }

  /** Freezes everything the lanes use, then lets them begin. */
  async #start(): Promise<void> {
    const order = this.#order()
    const settings = await requireSettings(this.env)
    const campaign = await currentCampaign(this.env, order.campaign)
    const barred = order.dryRun ? null : hindranceFor(campaign, order.email, Date.now())
    const hindrance = barred ?? otherRevision(order, campaign?.revision)
    if (campaign === null || hindrance !== null) return void (hindrance && (await this.pause(hindrance)))
    const frozen = await freezeMail(this.env.CONTENT, settings, order, campaign, Date.now())
    if (!frozen.ok) return void (await this.pause(frozen.error))
    const lanes = lanesFor(await estimate(this.env.SUPPORTERS))
    if (this.#now().state !== 'scheduled') return // paused or cancelled while this was being made
    this.#kept.freeze(frozen.value)
    await this.#become(standing.started(this.#now(), lanes, frozen.value.startedAt))
    await this.#beginLanes()
  }

  async #beginLanes(): Promise<void> {
    const order = this.#order()
    const { lanes, finishedLanes } = this.#now()
    const locales = Object.keys(this.mail().templates)
    const maxBatch = await batchSize(this.env, order.ratePerMinute)
    for (const [index, prefixes] of prefixesFor(lanes).entries()) {
      if (finishedLanes.includes(index)) continue
      if (!GOING.has(this.#now().state)) return
      await laneOf(this.env, order.id, index).begin({ order, index, lanes, prefixes, locales, maxBatch })
    }
  }

  async #change(change: standing.Change): Promise<Acted> {
    if (!change.ok) return refuse(change.error)
    await this.#become(change.value)
    return { ok: true }
  }

  /** The state first, durably; then the register and the lanes. A crash between is mended by the alarm. */
  async #become(next: standing.Standing): Promise<void> {
    if (next.state === this.#now().state) {
      if (next !== this.#now()) this.#kept.keep(next)
      if (next.state === 'paused' && this.#kept.isUntold()) await this.#tell() // whoever asks second is answered no earlier than the first
      return
    }
    this.#kept.turnTo(next)
    await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
    await this.#tell()
  }

  async #tell(): Promise<void> {
    const { id } = this.#order()
    const { state, lanes } = this.#now()
    const turn = this.#kept.turn()
    const control = controlFor(state)
    if (control !== null) {
      const every = Array.from({ length: lanes }, (_, index) => laneOf(this.env, id, index))
      await Promise.all(every.map((lane) => lane.control(control, turn)))
    }
    if (this.#kept.turn() !== turn) return // changed meanwhile: whoever changed it tells them
    // The register last: once it says “cancelled”, another dispatch may ask the lanes whom they have reached.
    const people = state === 'finished' ? (await this.told()).counts.planned : null
    await registerOf(this.env).note(id, { state, lanes, followUpAfter: followUpOf(this.#now()), people })
    if (this.#kept.turn() !== turn) return
    this.#kept.told()
    if (!GOING.has(state)) await this.ctx.storage.deleteAlarm()
  }

  async #hindrance(): Promise<{ hindrance: PauseReason | null; current: Campaign | null }> {
    const order = this.#order()
    const current = await currentCampaign(this.env, order.campaign)
    const frozen = this.#kept.frozenCampaign()
    const withdrawn = current !== null && frozen !== undefined && isNameWithdrawn(frozen, current)
    return { hindrance: withdrawn ? NAME_WITHDRAWN : hindranceFor(current, order.email, Date.now()), current }
  }

  #reports(): Promise<LaneReport[]> {
    const { id } = this.#order()
    return Promise.all(Array.from({ length: this.#now().lanes }, (_, index) => laneOf(this.env, id, index).report()))
  }

  async #wake(): Promise<void> {
    if (GOING.has(this.#now().state) || this.#kept.isUntold()) await this.ctx.storage.setAlarm(Date.now())
  }

  #order(): Order {
    return this.#kept.order()
  }

  #now(): standing.Standing {
    return this.#kept.standing()
  }
}

const refuse = (detail: string): Acted => ({ ok: false, detail })
