import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Numbers, SelfReported } from '../campaigns/counters.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { requireSettings } from '../env.ts'
import { Database } from '../storage/database.ts'
import type { Draft } from './drafts/draft.ts'
import { Post, type PostReport } from './letters/letter-delivery.ts'
import { type Confirmed, Letters } from './letters/letters.ts'
import { ACTIONS_STEPS } from './migrations.ts'
import type { ModerationItem } from './moderation/moderation.ts'
import { earliest, type Look, type Shell } from './object-context.ts'
import { showNumbers } from './publish-counters.ts'
import { lifeOf } from './retention.ts'
import { SelfReports } from './self-reports/self-reports.ts'
import type { Reply, Voice, VoiceDraft } from './submissions/submission.ts'
import type { Refusal, VoiceStanding } from './submissions/submission-state.ts'
import { type Decided, type VoiceConfirmed, Voices, type VoicesReport } from './submissions/submissions.ts'
import type { Consent } from './writers/consent.ts'
import type { Signature } from './writers/signatures.ts'
import type { About, Telling } from './writers/writer-updates.ts'

/** Milliseconds after which an alarm that failed looks again: never left to the platform's six retries. */
const AFTER_FAILURE_MS = 15_000

export type ActionsReport = PostReport & {
  numbers: Numbers
  byCountry: Record<string, number>
  byDay: Record<string, number>
  voices: VoicesReport
}

/** What people do in one campaign, and the honest count of it. A shell: it wakes its parts, each of which keeps its own tables. */
export class Actions extends DurableObject<Env> {
  readonly #shell: Shell
  readonly #entries: ReturnType<typeof entriesOf>
  readonly #post: Post
  readonly #letters: Letters
  readonly #voices: Voices
  readonly #selfReports: SelfReports
  #changes = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const db = new Database(ctx, ACTIONS_STEPS)
    this.#entries = entriesOf(db)
    this.#shell = {
      env,
      db,
      slug: () => this.#slug(),
      begin: (slug) => this.#begin(slug),
      wakeBy: (at) => this.#wakeBy(at),
      changes: () => this.#changes,
    }
    this.#selfReports = new SelfReports(db)
    this.#post = new Post(this.#shell)
    this.#letters = new Letters(this.#shell, this.#post)
    this.#voices = new Voices(this.#shell, this.#post)
  }

  // What the outside asks for. A part is not handed out itself: whoever holds a reference to one keeps the whole object awake.

  keepLetter(slug: string, draft: Draft): Promise<string | null> {
    return this.#letters.keep(slug, draft)
  }

  dropLetter(id: string): void {
    this.#letters.drop(id)
  }

  letterDraft(id: string): Promise<Draft | 'confirmed' | null> {
    return this.#letters.draft(id)
  }

  confirmLetter(id: string): Promise<Confirmed> {
    return this.#letters.confirm(id)
  }

  keepVoice(slug: string, draft: VoiceDraft): Promise<string | null> {
    return this.#voices.keep(slug, draft)
  }

  dropVoice(id: string): void {
    this.#voices.drop(id)
  }

  voiceDraft(id: string): Promise<VoiceDraft | 'confirmed' | null> {
    return this.#voices.draft(id)
  }

  confirmVoice(id: string): Promise<VoiceConfirmed> {
    return this.#voices.confirm(id)
  }

  addReply(slug: string, reply: Reply): Promise<{ id: string; standing: VoiceStanding } | null> {
    return this.#voices.reply(slug, reply)
  }

  pendingVoices(most: number): Promise<ModerationItem[]> {
    return this.#voices.pending(most)
  }

  lookAtVoice(id: string): Promise<ModerationItem | VoiceStanding | null> {
    return this.#voices.look(id)
  }

  nextVoice(id: string): string | null {
    return this.#voices.next(id)
  }

  decideVoice(id: string, decision: 'accept' | 'refuse', by: string, reason?: Refusal): Promise<Decided> {
    return this.#voices.decide(id, decision, by, reason)
  }

  refuseCopies(recipient: string): void {
    this.#post.refuse(recipient)
  }

  refuseNews(writer: string): Promise<void> {
    return this.#letters.refuseNews(writer)
  }

  signatures(): Promise<Signature[]> {
    return this.#letters.signatures()
  }

  tellWriters(campaign: Campaign, about: About): Promise<Telling> {
    return this.#letters.tell(campaign, about)
  }

  /** What people say they did by their own mailbox or on paper. */
  async reported(slug: string, how: SelfReported): Promise<void> {
    this.#begin(slug)
    this.#selfReports.add(how)
    await this.#wakeBy(Date.now())
  }

  /** What is kept about somebody, by the fingerprint of their address. */
  async keptOf(fingerprint: string): Promise<(Partial<Consent> & { said?: Voice[] }) | null> {
    const consent = await this.#letters.keptOf(fingerprint)
    const said = await this.#voices.keptOf(fingerprint)
    return said.length === 0 ? consent : { ...consent, said }
  }

  /** Somebody has had themselves erased: what they let us keep goes, and what they have said. */
  async forget(fingerprint: string): Promise<void> {
    this.#letters.forget(fingerprint)
    this.#post.forget(fingerprint)
    await this.#voices.forget(fingerprint)
  }

  resolve(
    asked: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    return this.#post.resolve(asked, decision)
  }

  /** The campaign has changed: what may not be sent any more is let go at once. A slice that is under way ends before its next call. */
  async lookAgain(): Promise<void> {
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
    const entry = this.#entries.still
    const { life, still } = lifeOf(campaign, entry.get() ?? null, now)
    if (still === null) entry.delete()
    else entry.put(still)
    const look: Look = { now, settings, campaign, life }
    const times: Array<number | null> = []
    for (const part of [this.#post, this.#letters, this.#voices]) times.push(await this.#guarded(() => part.work(look)))
    times.push(await showNumbers(this.#shell, this.#numbers()))
    return earliest(times)
  }

  #numbers(): Numbers {
    const { confirmed, byCountry, byDay } = this.#letters.counted()
    const { planned: _, suppressed, ...letters } = this.#post.counts('target')
    return {
      confirmed,
      ...letters,
      cancelled: letters.cancelled + suppressed,
      copies: this.#post.counts('copies').accepted,
      ownMailbox: this.#selfReports.count('own-mailbox'),
      paper: this.#selfReports.count('paper'),
      countries: byCountry,
      days: byDay,
      ...this.#voices.numbers(),
    }
  }

  /** What organisers are told. */
  report(): ActionsReport {
    const { byCountry, byDay } = this.#letters.counted()
    return { numbers: this.#numbers(), byCountry, byDay, voices: this.#voices.report(), ...this.#post.report() }
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
  still: db.entry('still', z.number()), // since when nothing may be sent, epoch ms
})
