import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import { type CampaignStatus, campaignStatus } from '../../campaigns/page-status.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import { dispatchRegistryOf, mailboxQueueOf } from '../../objects.ts'
import { supporterStore } from '../../supporter-list/store.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { noticeSkips } from '../tell-each/notice-skips.ts'
import type { SkipCounts, TellOutcome } from '../tell-each/skipped-mail.ts'
import { noSkips, SkippedMails } from '../tell-each/skipped-mails.ts'
import { tellEach, toTellOutcome } from '../tell-each/tell-each.ts'
import { openConsent } from './consent.ts'
import { findErased } from './erasure.ts'
import { RequestedUpdates } from './requested-updates.ts'
import type { ConsentRow, WriterState } from './writer-state.ts'
import { localesOfUpdate, writerUpdateMail } from './writer-update-mail.ts'
import { type WriterUpdateRow, WriterUpdateState } from './writer-update-state.ts'

/** Writers processed in one alarm. */
const WRITERS_PER_ALARM = 40
/** Milliseconds until another try, while an update may not be sent or everything is stopped. */
const RETRY_MS = 15 * MINUTE_MS

/**
 * The subject of a writer update: one of the campaign's updates, or its end. `onTheList`: whether writers who are supporters get it, too;
 * supporters may get the same update by a dispatch.
 */
export type UpdateTopic = { kind: 'update'; updateId: string; onTheList: 'skip' | 'tell' } | { kind: 'end' }

/** Page statuses that are the end of a campaign for its writers. */
const ENDS = ['won', 'closed', 'expired'] as const satisfies readonly CampaignStatus[]
type CampaignEnd = (typeof ENDS)[number]
const endOf = (status: CampaignStatus): CampaignEnd | null => ENDS.find((end) => end === status) ?? null

/** How far a writer update has come. `about` is `update/{id}` or `end/{status}`. */
export type NewsProgress = { about: string; told: number; done: boolean } & SkipCounts

export type WriterUpdateProgress =
  | ({ kind: 'telling' | 'awaiting-approval' } & NewsProgress)
  | { kind: 'not-ended'; status: CampaignStatus } // the campaign has not ended
  | { kind: 'no-update'; known: string[] } // `known`: ids of the campaign's updates

/** Whether a writer update may be sent now. An update can name people, so the campaign must allow mail. An end must still hold. */
function maySend({ updateId }: WriterUpdateRow, campaign: Campaign, now: number): boolean {
  if (updateId !== '') return campaignBlockedBy(campaign, now) === null
  return !['open', 'draft'].includes(campaignStatus(campaign, now))
}

/** Ids of the updates in any language. An update need not exist in all languages. */
const updatesOf = ({ words }: Campaign): string[] => [
  ...new Set(Object.values(words).flatMap(({ updates }) => updates.map(({ id }) => id))),
]

function newsProgressOf(
  { about, sent, done }: Pick<WriterUpdateRow, 'about' | 'sent' | 'done'>,
  skips: Record<string, SkipCounts>,
): NewsProgress {
  const skipped = skips[about] ?? noSkips()
  return { about, told: sent, done: done && skipped.postponed === 0, ...skipped }
}

/** Sends writer updates to the writers who agreed to them, each update once. */
export class WriterUpdates {
  readonly #context: ObjectContext
  readonly #writers: WriterState
  readonly #updates: WriterUpdateState
  readonly #requests: RequestedUpdates
  readonly #skipped: SkippedMails
  readonly #arrived: (writer: string) => boolean

  /** `arrived`: whether a target's server has accepted a letter of this writer. */
  constructor(context: ObjectContext, writers: WriterState, arrived: (writer: string) => boolean) {
    this.#arrived = arrived
    this.#context = context
    this.#writers = writers
    this.#updates = new WriterUpdateState(context.db)
    this.#requests = new RequestedUpdates(context.db)
    this.#skipped = new SkippedMails(context.db)
  }

  /**
   * Starts a writer update, or returns the progress of one that was started before. `now` in epoch ms. `requestedBy`: the organiser,
   * if a second one has to ask for the same before it starts; else null.
   */
  async start(
    campaign: Campaign,
    about: UpdateTopic,
    now: number,
    requestedBy: string | null,
  ): Promise<WriterUpdateProgress> {
    const status = campaignStatus(campaign, now)
    const end = endOf(status)
    if (about.kind === 'end' && end === null) return { kind: 'not-ended', status }
    const known = updatesOf(campaign)
    if (about.kind === 'update' && !known.includes(about.updateId)) return { kind: 'no-update', known }
    const name = about.kind === 'update' ? `update/${about.updateId}` : `end/${end}`
    const [updateId, skip] = about.kind === 'update' ? [about.updateId, about.onTheList === 'skip' ? 1 : 0] : ['', 0]
    await this.#context.begin(campaign.slug)
    if (requestedBy !== null && this.#updates.find(name) === undefined) {
      const { revision } = campaign
      const request = { about: name, skipSupporters: skip, revision, requestedBy }
      if (this.#requests.request(request, now) === 'waiting')
        return { kind: 'awaiting-approval', about: name, told: 0, done: false, ...noSkips() }
    }
    this.#context.db.transaction(() => {
      this.#updates.start(name, updateId, skip, now)
      this.#requests.drop(name)
    })
    await this.#context.wakeBy(now)
    const skips = this.#skipped.counts()
    const row = this.#updates.find(name) ?? { about: name, sent: 0, done: false }
    return { kind: 'telling', ...newsProgressOf(row, skips) }
  }

  /** How far each writer update has come, the oldest first. */
  told(): NewsProgress[] {
    const skips = this.#skipped.counts()
    return this.#updates.list().map((row) => newsProgressOf(row, skips))
  }

  /** Queues the next mails. Returns when to go on (epoch ms), or null when nothing waits. */
  async work(tick: Tick): Promise<number | null> {
    const { campaign, retention, now } = tick
    if (retention.recordsEnded) for (const state of [this.#updates, this.#requests]) state.clear()
    if (campaign === null) return null
    const rows = this.#updates.list()
    const retryAt = ({ about }: WriterUpdateRow) => this.#skipped.nextAt(about)
    const due = rows.filter((row) => !row.done || (retryAt(row) ?? Number.POSITIVE_INFINITY) <= now)
    if (due.length === 0) return earliest(rows.map(retryAt))
    const row = due.find((one) => maySend(one, campaign, now))
    if (row === undefined) return now + RETRY_MS
    if ((await dispatchRegistryOf(this.#context.env).stopped()) !== null) return now + RETRY_MS
    if (localesOfUpdate(row, campaign).length === 0) {
      this.#updates.finish(row.about) // the update was removed from the campaign
      this.#skipped.dropLoop(row.about)
    } else await this.#tellPage(tick, campaign, row)
    return Date.now() // there may be more writers, or another update
  }

  /** Tells the next writers, then those who were skipped and are due. The cursor moves with each. */
  async #tellPage({ settings, now }: Tick, campaign: Campaign, row: WriterUpdateRow): Promise<void> {
    const { env } = this.#context
    const { about } = row
    const next = row.done ? [] : this.#writers.listConsenting(row.cursor, WRITERS_PER_ALARM)
    const retried = this.#skipped.due(about, now, WRITERS_PER_ALARM - next.length)
    const all = [...next, ...retried.flatMap((writer) => this.#findConsent(writer) ?? [])]
    const erased = await findErased(env, all)
    const rows = new Map(all.map((one) => [one.writer, one]))
    const list = supporterStore(env.SUPPORTERS, settings)
    const tell = async (writer: string): Promise<TellOutcome> => {
      const one = rows.get(writer)
      if (one === undefined || erased.has(one.fingerprint)) return 'left-out'
      const consent = await openConsent(settings.keys, campaign.slug, one.draft, one.consent)
      if (consent === null) return 'unreadable'
      const { news } = consent
      if (news === undefined) return 'left-out'
      if (row.skipSupporters && (await list.get(one.fingerprint)) !== null) return 'left-out'
      const reader = { writer, ...news, arrived: this.#arrived(writer) }
      const mail = await writerUpdateMail(settings, campaign, row, reader, now)
      if (this.#findConsent(writer)?.consent !== one.consent) return 'left-out' // withdrawn meanwhile
      return toTellOutcome(await mailboxQueueOf(env, writer).enqueue(mail, 'lasting'))
    }
    const isNext = new Set(next.map(({ writer }) => writer))
    const fresh = await tellEach(this.#skipped, {
      loop: about,
      people: [...isNext, ...retried],
      now,
      tell,
      settle: (writer, outcome) =>
        this.#updates.advance(about, isNext.has(writer) ? writer : '', outcome === 'told' ? 1 : 0),
    })
    if (next.length < WRITERS_PER_ALARM && !row.done) this.#updates.finish(about)
    await noticeSkips(env, 'writers-not-told', campaign.slug, fresh)
  }

  #findConsent(writer: string): ConsentRow | undefined {
    return this.#writers.listConsents(writer).find((row) => row.writer === writer)
  }
}
