import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Counters, SelfReported } from '../campaigns/counters.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { requireSettings } from '../env.ts'
import { Database } from '../storage/database.ts'
import type { LetterDraft } from './drafts/draft.ts'
import { type DeliveryReport, LetterDelivery } from './letters/letter-delivery.ts'
import { type LetterConfirmation, Letters } from './letters/letters.ts'
import { ACTIONS_STEPS } from './migrations.ts'
import type { ModerationItem } from './moderation/moderation.ts'
import { earliest, type ObjectContext, type Tick } from './object-context.ts'
import { publishCounters } from './publish-counters.ts'
import { retentionOf } from './retention.ts'
import { SelfReports } from './self-reports/self-reports.ts'
import type { Submission, SubmissionDraft, TargetReply } from './submissions/submission.ts'
import type { SubmissionRefusal, SubmissionStatus } from './submissions/submission-state.ts'
import {
  type ModerationResult,
  type SubmissionConfirmation,
  type SubmissionCounts,
  Submissions,
} from './submissions/submissions.ts'
import type { WriterConsent } from './writers/consent.ts'
import type { WriterSignature } from './writers/signatures.ts'
import type { UpdateTopic, WriterUpdateProgress } from './writers/writer-updates.ts'

/** Milliseconds after which an alarm that failed looks again: never left to the platform's six retries. */
const AFTER_FAILURE_MS = 15_000

export type ActionsReport = DeliveryReport & {
  numbers: Counters
  byCountry: Record<string, number>
  byDay: Record<string, number>
  voices: SubmissionCounts
}

/** What people do in one campaign, and the honest count of it. A shell: it wakes its parts, each of which keeps its own tables. */
export class CampaignActions extends DurableObject<Env> {
  readonly #context: ObjectContext
  readonly #entries: ReturnType<typeof entriesOf>
  readonly #delivery: LetterDelivery
  readonly #letters: Letters
  readonly #submissions: Submissions
  readonly #selfReports: SelfReports
  #changes = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const db = new Database(ctx, ACTIONS_STEPS)
    this.#entries = entriesOf(db)
    this.#context = {
      env,
      db,
      slug: () => this.#slug(),
      begin: (slug) => this.#begin(slug),
      wakeBy: (at) => this.#wakeBy(at),
      changes: () => this.#changes,
    }
    this.#selfReports = new SelfReports(db)
    this.#delivery = new LetterDelivery(this.#context)
    this.#letters = new Letters(this.#context, this.#delivery)
    this.#submissions = new Submissions(this.#context, this.#delivery)
  }

  // What the outside asks for. A part is not handed out itself: whoever holds a reference to one keeps the whole object awake.

  storeLetterDraft(slug: string, draft: LetterDraft): Promise<string | null> {
    return this.#letters.storeDraft(slug, draft)
  }

  deleteLetterDraft(id: string): void {
    this.#letters.deleteDraft(id)
  }

  findLetterDraft(id: string): Promise<LetterDraft | 'confirmed' | null> {
    return this.#letters.draft(id)
  }

  confirmLetter(id: string): Promise<LetterConfirmation> {
    return this.#letters.confirm(id)
  }

  storeSubmissionDraft(slug: string, draft: SubmissionDraft): Promise<string | null> {
    return this.#submissions.storeDraft(slug, draft)
  }

  deleteSubmissionDraft(id: string): void {
    this.#submissions.deleteDraft(id)
  }

  findSubmissionDraft(id: string): Promise<SubmissionDraft | 'confirmed' | null> {
    return this.#submissions.draft(id)
  }

  confirmSubmission(id: string): Promise<SubmissionConfirmation> {
    return this.#submissions.confirm(id)
  }

  addReply(slug: string, reply: TargetReply): Promise<{ id: string; status: SubmissionStatus } | null> {
    return this.#submissions.addReply(slug, reply)
  }

  listPendingSubmissions(most: number): Promise<ModerationItem[]> {
    return this.#submissions.listPending(most)
  }

  findSubmission(id: string): Promise<ModerationItem | SubmissionStatus | null> {
    return this.#submissions.find(id)
  }

  nextPendingSubmission(id: string): string | null {
    return this.#submissions.nextPending(id)
  }

  decideSubmission(
    id: string,
    decision: 'accept' | 'refuse',
    by: string,
    reason?: SubmissionRefusal,
  ): Promise<ModerationResult> {
    return this.#submissions.decide(id, decision, by, reason)
  }

  stopCopies(recipient: string): void {
    this.#delivery.stopCopies(recipient)
  }

  stopWriterUpdates(writer: string): Promise<void> {
    return this.#letters.stopUpdates(writer)
  }

  listSignatures(): Promise<WriterSignature[]> {
    return this.#letters.listSignatures()
  }

  startWriterUpdate(campaign: Campaign, about: UpdateTopic): Promise<WriterUpdateProgress> {
    return this.#letters.startUpdate(campaign, about)
  }

  /** What people say they did by their own mailbox or on paper. */
  async recordSelfReport(slug: string, how: SelfReported): Promise<void> {
    this.#begin(slug)
    this.#selfReports.add(how)
    await this.#wakeBy(Date.now())
  }

  /** What is kept about somebody, by the fingerprint of their address. */
  async findPersonalData(fingerprint: string): Promise<(Partial<WriterConsent> & { said?: Submission[] }) | null> {
    const consent = await this.#letters.findConsent(fingerprint)
    const said = await this.#submissions.listByPerson(fingerprint)
    return said.length === 0 ? consent : { ...consent, said }
  }

  /** Somebody has had themselves erased: what they let us keep goes, and what they have said. */
  async erase(fingerprint: string): Promise<void> {
    this.#letters.erase(fingerprint)
    this.#delivery.erase(fingerprint)
    await this.#submissions.erase(fingerprint)
  }

  resolve(
    mails: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    return this.#delivery.resolve(mails, decision)
  }

  /** The campaign has changed: what may not be sent any more is let go at once. A slice that is under way ends before its next call. */
  async handleCampaignChange(): Promise<void> {
    this.#changes++
    if (this.#hasBegun()) await this.#wakeBy(Date.now())
  }

  /** Sets an alarm that is missing, or whose time has passed without it. */
  async wake(): Promise<void> {
    if (!this.#hasBegun()) return
    const at = await this.ctx.storage.getAlarm()
    if (at === null || at < Date.now()) await this.ctx.storage.setAlarm(Date.now())
  }

  override async alarm(): Promise<void> {
    if (!this.#hasBegun()) return // asked for something before anybody had acted: there is nothing to do
    const next = await this.#guarded(() => this.#work())
    if (next !== null) await this.#wakeBy(next)
  }

  /** What fails is looked at again, and keeps nothing else from being done. */
  async #guarded(work: () => Promise<number | null>): Promise<number | null> {
    try {
      return await work()
    } catch (error) {
      console.error('actions', this.#slug(), error instanceof Error ? error.message : String(error))
      return Date.now() + AFTER_FAILURE_MS
    }
  }

  async #work(): Promise<number | null> {
    const now = Date.now()
    const settings = await requireSettings(this.env)
    const campaign = await currentCampaign(this.env, this.#slug())
    const entry = this.#entries.blockedSince
    const { retention, blockedSince } = retentionOf(campaign, entry.get() ?? null, now)
    if (blockedSince === null) entry.delete()
    else entry.put(blockedSince)
    const tick: Tick = { now, settings, campaign, retention }
    const times: Array<number | null> = []
    for (const part of [this.#delivery, this.#letters, this.#submissions])
      times.push(await this.#guarded(() => part.work(tick)))
    times.push(await publishCounters(this.#context, this.#numbers()))
    return earliest(times)
  }

  #numbers(): Counters {
    const { confirmed, byCountry, byDay } = this.#letters.counts()
    const { planned: _, suppressed, ...letters } = this.#delivery.counts('target')
    return {
      confirmed,
      ...letters,
      cancelled: letters.cancelled + suppressed,
      copies: this.#delivery.counts('copies').accepted,
      ownMailbox: this.#selfReports.count('own-mailbox'),
      paper: this.#selfReports.count('paper'),
      countries: byCountry,
      days: byDay,
      ...this.#submissions.numbers(),
    }
  }

  /** What organisers are told. */
  report(): ActionsReport {
    const { byCountry, byDay } = this.#letters.counts()
    return {
      numbers: this.#numbers(),
      byCountry,
      byDay,
      voices: this.#submissions.report(),
      ...this.#delivery.report(),
    }
  }

  #begin(slug: string): void {
    if (!this.#hasBegun()) this.#entries.slug.put(slug)
  }

  #hasBegun(): boolean {
    return this.#entries.slug.get() !== undefined
  }

  async #wakeBy(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm()
    if (set === null || set > at) await this.ctx.storage.setAlarm(at)
  }

  #slug(): string {
    const slug = this.#entries.slug.get()
    if (slug === undefined) throw new Error('nobody has done anything in this campaign')
    return slug
  }
}

const entriesOf = (db: Database) => ({
  slug: db.entry('slug', z.string()),
  blockedSince: db.entry('blocked-since', z.number()), // since when nothing may be sent, epoch ms
})
