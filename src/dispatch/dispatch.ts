import { DurableObject } from 'cloudflare:workers'
import { localesOf } from '../campaigns/campaign.ts'
import { compileCached } from '../emails/compile.ts'
import { sharedHeaders } from '../emails/headers.ts'
import type { Template } from '../emails/template.ts'
import { requireSettings } from '../env.ts'
import { chooseTransport } from '../transports/choose.ts'
import { AUDIENCE_PREFIX, LANES, ONE_LANE_PEOPLE, prefixesFor } from './audience.ts'
import { type Bindings, laneOf, registerOf } from './bindings.ts'
import { addCounts, addPerLocale, noCounts } from './counts.ts'
import { currentCampaign } from './current.ts'
import { hindranceFor, isNameWithdrawn, NAME_WITHDRAWN } from './hindrance.ts'
import type { Control, FrozenMail } from './lane-order.ts'
import type { LaneReport } from './lane-state.ts'
import { GOING, type Order, type PauseReason, type State, type Told } from './order.ts'
import { senderOf } from './sender.ts'

/** Milliseconds after which an alarm that failed tries again. */
const AFTER_FAILURE_MS = 5_000
/** KV's largest page. */
const KEYS_PER_PAGE = 1_000

/** What a dispatch keeps of itself besides its order and its frozen mail. */
type Standing = {
  state: State
  before?: State // what a pause interrupted
  paused?: PauseReason
  lanes: number
  plannedLanes: number[]
  finishedLanes: number[]
  told: boolean // whether every lane has acknowledged the present state
  startedAt?: number
  plannedAt?: number
  finishedAt?: number
}

export type UncertainBatch = LaneReport['uncertain'][number] & { id: number; lane: number }

/** What an organiser's act came to. */
export type Acted = { ok: true } | { ok: false; detail: string }

const refuse = (detail: string): Acted => ({ ok: false, detail })
const DONE: Acted = { ok: true }

/** One send: starts its lanes, freezes what they all use, and holds them together. */
export class DispatchShell extends DurableObject<Bindings> {
  #standing: Standing

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    this.#standing = ctx.storage.kv.get<Standing>('standing') ?? {
      state: 'scheduled',
      lanes: 0,
      plannedLanes: [],
      finishedLanes: [],
      told: true,
    }
  }

  /** Idempotent: takes the order, or finds that it has it and goes on. */
  async begin(order: Order): Promise<void> {
    if (this.#order() === undefined) {
      this.ctx.storage.kv.put('order', order)
      this.#standing.state = order.needsApproval ? 'awaiting-approval' : 'scheduled'
      this.#save()
    }
    await this.#wake()
  }

  async told(): Promise<Told> {
    const order = this.#knownOrder()
    const { state, paused, startedAt, finishedAt } = this.#standing
    const counts = noCounts()
    const perLocale: Told['perLocale'] = {}
    for (const report of await this.#reports()) {
      addCounts(counts, report.counts)
      addPerLocale(perLocale, report.perLocale)
    }
    return {
      id: order.id,
      campaign: order.campaign,
      revision: order.revision,
      email: order.email,
      ...(order.updateId !== undefined && { updateId: order.updateId }),
      audience: order.audience,
      dryRun: order.dryRun,
      state,
      ...(paused && { paused }),
      counts,
      perLocale,
      createdAt: iso(order.createdAt),
      ...(order.sendAt > order.createdAt && { sendAt: iso(order.sendAt) }),
      ...(startedAt && { startedAt: iso(startedAt) }),
      ...(finishedAt && { finishedAt: iso(finishedAt) }),
    }
  }

  /** Batches that only a person can settle, with the number `resolve` takes: it names the lane too. */
  async uncertain(): Promise<UncertainBatch[]> {
    const reports = await this.#reports()
    return reports.flatMap((report, lane) =>
      report.uncertain.map((found) => ({ ...found, lane, id: found.id * LANES + lane })),
    )
  }

  /** What the lanes send; frozen when the dispatch started. */
  mail(): FrozenMail {
    const mail = this.ctx.storage.kv.get<Omit<FrozenMail, 'templates'>>('mail')
    if (mail === undefined) throw new Error('this dispatch has not started')
    const templates: Record<string, Template> = {}
    for (const [key, template] of this.ctx.storage.kv.list<Template>({ prefix: 'template/' })) {
      templates[key.slice('template/'.length)] = template
    }
    return { ...mail, templates }
  }

  /** Two people send: whoever asked cannot approve. */
  async approve(by: string): Promise<Acted> {
    if (this.#standing.state !== 'awaiting-approval') return refuse('it is not waiting for approval')
    if (this.#knownOrder().createdBy === by)
      return refuse('whoever asked for a dispatch cannot approve it: somebody else has to')
    await this.#become('scheduled')
    await this.#wake()
    return DONE
  }

  /** Answers once every lane has acknowledged: no call begins after that. */
  async pause(reason: PauseReason): Promise<Acted> {
    const { state } = this.#standing
    if (state === 'paused') return DONE
    if (!GOING.has(state)) return refuse(`it is ${state}`)
    await this.#become('paused', { before: state, paused: reason })
    return DONE
  }

  async resume(): Promise<Acted> {
    const { state, before } = this.#standing
    if (state !== 'paused') return refuse(`it is ${state}, not paused`)
    const hindrance = await this.#hindrance()
    if (hindrance !== null) return refuse(hindrance.detail)
    const { paused: _, before: __, ...rest } = this.#standing
    this.#standing = rest
    await this.#become(before ?? 'running')
    await this.#wake()
    return DONE
  }

  async cancel(): Promise<Acted> {
    if (this.#standing.state === 'finished' || this.#standing.state === 'cancelled')
      return refuse(`it is ${this.#standing.state}`)
    await this.#become('cancelled', { finishedAt: Date.now() })
    return DONE
  }

  /** The ids of the batches the decision applied to. */
  async resolve(
    batches: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    const done: number[] = []
    for (const [lane, share] of Map.groupBy(batches, ({ id }) => id % LANES)) {
      if (lane >= this.#standing.lanes) continue
      const asked = share.map(({ id, generation }) => ({ id: Math.floor(id / LANES), generation }))
      const resolved = await laneOf(this.env, this.#knownOrder().id, lane).resolve(asked, decision)
      done.push(...resolved.map((id) => id * LANES + lane))
      if (decision === 'send-again' && resolved.length > 0) {
        this.#standing.finishedLanes = this.#standing.finishedLanes.filter((finished) => finished !== lane)
      }
    }
    if (this.#standing.state === 'finished' && this.#standing.finishedLanes.length < this.#standing.lanes) {
      await this.#become('running')
    }
    return done
  }

  async lanePlanned(lane: number): Promise<void> {
    const { plannedLanes, state } = this.#standing
    if (!plannedLanes.includes(lane)) plannedLanes.push(lane)
    const all = plannedLanes.length === this.#standing.lanes
    if (all) this.#standing.plannedAt ??= Date.now()
    if (all && state === 'planning') await this.#become('running')
    else this.#save()
  }

  async laneFinished(lane: number): Promise<void> {
    const { finishedLanes, state } = this.#standing
    if (!finishedLanes.includes(lane)) finishedLanes.push(lane)
    if (finishedLanes.length === this.#standing.lanes && GOING.has(state))
      await this.#become('finished', { finishedAt: Date.now() })
    else this.#save()
  }

  /** A lane has met something that only a person can put right: all of them stop. */
  async laneStopped(reason: PauseReason): Promise<void> {
    await this.pause(reason)
  }

  override async alarm(): Promise<void> {
    try {
      await this.#goOn()
    } catch (error) {
      console.error('dispatch', this.#order()?.id, error instanceof Error ? error.message : error)
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
    }
  }

  async #goOn(): Promise<void> {
    if (!this.#standing.told) await this.#tellLanes()
    const { state } = this.#standing
    if (state === 'scheduled') {
      if (this.#knownOrder().sendAt > Date.now()) await this.ctx.storage.setAlarm(this.#knownOrder().sendAt)
      else await this.#start()
    } else if (state === 'planning' || state === 'running') {
      await this.#beginLanes()
    }
  }

  /** Freezes everything the lanes use, then lets them begin. */
  async #start(): Promise<void> {
    const order = this.#knownOrder()
    const settings = await requireSettings(this.env)
    const campaign = await currentCampaign(this.env, order.campaign)
    const hindrance = hindranceFor(campaign, order.email, Date.now())
    if (campaign === null || hindrance !== null) {
      await this.pause(hindrance ?? { kind: 'gone', detail: 'the campaign is no longer published' })
      return
    }
    if (campaign.revision !== order.revision) {
      const detail = `revision ${order.revision} was asked for, and ${campaign.revision} is current: cancel and ask again for what you want sent`
      await this.pause({ kind: 'revision-changed', detail })
      return
    }
    const sender = senderOf(settings)
    const templates: Record<string, Template> = {}
    for (const locale of localesOf(campaign)) {
      const { template } = await compileCached(this.env.CONTENT, {
        email: order.email,
        locale,
        campaign,
        sender,
        ...(order.updateId !== undefined && { updateId: order.updateId }),
      })
      templates[locale] = template
    }
    const lanes = (await this.#isLarge()) ? LANES : 1
    const mail: Omit<FrozenMail, 'templates'> = {
      campaign,
      from: { name: settings.senderName, address: settings.senderAddress },
      ...(settings.replyTo !== undefined && { replyTo: { address: settings.replyTo } }),
      headers: sharedHeaders(sender),
      publicUrl: settings.publicUrl,
      keyId: settings.keys.current,
      startedAt: Date.now(),
    }
    if (this.#standing.state !== 'scheduled') return // paused or cancelled while this was being made
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.kv.put('mail', mail)
      for (const [locale, template] of Object.entries(templates))
        this.ctx.storage.kv.put(`template/${locale}`, template)
    })
    await this.#become('planning', { lanes, startedAt: mail.startedAt })
    await this.#beginLanes()
  }

  /** Whether there are more people than one lane should carry; counts keys only, and stops counting early. */
  async #isLarge(): Promise<boolean> {
    let keys = 0
    let cursor: string | undefined
    do {
      const page: KVNamespaceListResult<unknown> = await this.env.SUPPORTERS.list({
        prefix: AUDIENCE_PREFIX,
        limit: KEYS_PER_PAGE,
        cursor: cursor ?? null,
      })
      keys += page.keys.length
      cursor = page.list_complete ? undefined : page.cursor
    } while (cursor !== undefined && keys <= ONE_LANE_PEOPLE)
    return keys > ONE_LANE_PEOPLE
  }

  async #beginLanes(): Promise<void> {
    const order = this.#knownOrder()
    const { lanes } = this.#standing
    const settings = await requireSettings(this.env)
    const transport = chooseTransport(settings, this.env, 'bulk')
    const locales = localesOf(this.mail().campaign)
    const maxBatch = Math.min(transport.maxBatch, order.ratePerMinute ?? transport.maxBatch)
    for (const [index, prefix] of prefixesFor(lanes).entries()) {
      if (this.#standing.finishedLanes.includes(index)) continue
      await laneOf(this.env, order.id, index).begin({ order, index, lanes, prefix, locales, maxBatch })
    }
  }

  /** The state first, durably; then the lanes; a crash between is mended by the alarm. */
  async #become(state: State, more: Partial<Standing> = {}): Promise<void> {
    this.#standing = { ...this.#standing, ...more, state, told: false }
    this.#save()
    await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
    await this.#tellLanes()
  }

  async #tellLanes(): Promise<void> {
    const { id } = this.#knownOrder()
    const { state, lanes, plannedAt } = this.#standing
    await registerOf(this.env).note(id, state, lanes, plannedAt ?? null)
    const control: Control | null =
      state === 'paused' ? 'pause' : state === 'cancelled' ? 'cancel' : GOING.has(state) ? 'run' : null
    if (control !== null) {
      await Promise.all(Array.from({ length: lanes }, (_, index) => laneOf(this.env, id, index).control(control)))
    }
    if (this.#standing.state !== state) return // changed meanwhile: whoever changed it tells them
    this.#standing.told = true
    this.#save()
    if (!GOING.has(state)) await this.ctx.storage.deleteAlarm()
  }

  async #hindrance(): Promise<PauseReason | null> {
    const order = this.#knownOrder()
    const current = await currentCampaign(this.env, order.campaign)
    const frozen = this.ctx.storage.kv.get<Omit<FrozenMail, 'templates'>>('mail')?.campaign
    if (current !== null && frozen !== undefined && isNameWithdrawn(frozen, current)) return NAME_WITHDRAWN
    return hindranceFor(current, order.email, Date.now())
  }

  #reports(): Promise<LaneReport[]> {
    const { id } = this.#knownOrder()
    return Promise.all(Array.from({ length: this.#standing.lanes }, (_, index) => laneOf(this.env, id, index).report()))
  }

  async #wake(): Promise<void> {
    if (GOING.has(this.#standing.state) || !this.#standing.told) await this.ctx.storage.setAlarm(Date.now())
  }

  #order(): Order | undefined {
    return this.ctx.storage.kv.get<Order>('order')
  }

  #knownOrder(): Order {
    const order = this.#order()
    if (order === undefined) throw new Error('no such dispatch')
    return order
  }

  #save(): void {
    this.ctx.storage.kv.put('standing', this.#standing)
  }
}

const iso = (at: number): string => new Date(at).toISOString()
