import { DurableObject } from 'cloudflare:workers'
import type { SelfReported, TargetWish, WishesByTarget } from '../campaigns/counters.ts'
import type { OpenCall } from '../delivery/batch.ts'
import { type ActionParts, erasePerson, findPersonalData, openParts, type PersonInCampaign } from './action-parts.ts'
import { type ActionsReport, NO_ACTIONS, reportOf } from './actions-report.ts'
import { runAlarm } from './alarm-work.ts'
import { type CampaignObject, openCampaignObject } from './campaign-object.ts'
import type { LetterDraft } from './drafts/draft.ts'
import { currentWishes } from './hand-over.ts'
import type { LetterDelivery } from './letters/letter-delivery.ts'
import type { LetterConfirmation, Letters } from './letters/letters.ts'
import type { ModerationItem } from './moderation/moderation.ts'
import type { ModerationResult } from './moderation/moderation-queue.ts'
import type { SubmissionDraft, TargetReply } from './submissions/submission.ts'
import type { SubmissionRefusal } from './submissions/submission-state.ts'
import type { SubmissionStatus } from './submissions/submission-status.ts'
import type { SubmissionConfirmation } from './submissions/submissions.ts'
import type { WriterSignatures } from './writers/signatures.ts'
import type { WriterUpdateProgress } from './writers/writer-updates.ts'

/** The Durable Object of one campaign. Its parts are not handed out: a remote reference to one would keep the object in memory. */
export class CampaignActions extends DurableObject<Env> {
  readonly #object: CampaignObject
  #opened: ActionParts | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#object = openCampaignObject(ctx, env)
  }

  /** The parts, with their tables created. For the acts that can be the first in a campaign. */
  get #parts(): ActionParts {
    this.#opened ??= openParts(this.#object.withTables())
    return this.#opened
  }

  /** The parts; undefined before the first act, because a question must create no tables. */
  get #begun(): ActionParts | undefined {
    return this.#object.hasBegun() ? this.#parts : undefined
  }

  storeLetterDraft(slug: string, draft: LetterDraft): Promise<string | null> {
    return this.#parts.letters.drafts.store(slug, draft)
  }
  deleteLetterDraft(id: string): void {
    this.#begun?.letters.drafts.delete(id)
  }
  async findLetterDraft(id: string): Promise<LetterDraft | 'confirmed' | 'held' | null> {
    return this.#begun?.letters.find(id) ?? null
  }
  async confirmLetter(id: string): Promise<LetterConfirmation> {
    return this.#begun?.letters.confirm(id) ?? { kind: 'gone' }
  }

  storeSubmissionDraft(slug: string, draft: SubmissionDraft): Promise<string | null> {
    return this.#parts.submissions.drafts.store(slug, draft)
  }
  deleteSubmissionDraft(id: string): void {
    this.#begun?.submissions.drafts.delete(id)
  }
  async findSubmissionDraft(id: string): Promise<SubmissionDraft | 'confirmed' | null> {
    return this.#begun?.submissions.drafts.find(id) ?? null
  }
  async confirmSubmission(id: string): Promise<SubmissionConfirmation> {
    return this.#begun?.submissions.confirm(id) ?? { kind: 'gone' }
  }
  addReply(slug: string, reply: TargetReply): Promise<{ id: string; status: SubmissionStatus } | null> {
    return this.#parts.submissions.addReply(slug, reply)
  }

  async listPendingSubmissions(most: number): Promise<ModerationItem[]> {
    return this.#begun?.submissions.moderation.listPending(most) ?? []
  }
  async findSubmission(id: string): Promise<ModerationItem | SubmissionStatus | null> {
    return this.#begun?.submissions.moderation.find(id) ?? null
  }
  nextPendingSubmission(id: string, moderator: string): string | null {
    return this.#begun?.submissions.moderation.nextPending(id, moderator) ?? null
  }
  async passOnSubmission(id: string, moderator: string): Promise<void> {
    await this.#begun?.submissions.moderation.passOn(id, moderator)
  }
  async decideSubmission(
    ...decision: [id: string, decision: 'accept' | 'refuse', by: string, reason?: SubmissionRefusal]
  ): Promise<ModerationResult> {
    return this.#begun?.submissions.moderation.decide(...decision) ?? { kind: 'gone' }
  }
  recordSelfReport(slug: string, how: SelfReported): Promise<void> {
    return this.#parts.selfReports.record(slug, how)
  }
  async listSignatures(): Promise<WriterSignatures> {
    return this.#begun?.letters.listSignatures() ?? { signatures: [], unreadable: 0 }
  }

  startWriterUpdate(...update: Parameters<Letters['startUpdate']>): Promise<WriterUpdateProgress> {
    return this.#parts.letters.startUpdate(...update)
  }

  async stopWriterUpdates(writer: string): Promise<void> {
    await this.#begun?.letters.stopUpdates(writer)
  }
  stopCopies(recipient: string): void {
    this.#begun?.delivery.stopCopies(recipient)
  }
  async setTargetWish(...wish: Parameters<LetterDelivery['setWish']>): Promise<TargetWish> {
    return (await this.#begun?.delivery.setWish(...wish)) ?? wish[2]
  }
  async reopenTarget(target: string): Promise<number> {
    return this.#begun?.delivery.reopen(target) ?? 0
  }
  async targetWishes(): Promise<WishesByTarget> {
    return this.#begun === undefined ? {} : currentWishes(this.#object, this.#begun)
  }
  /** An organiser's decision about uncertain mails. Returns the ids of the mails that it applied to. */
  async resolve(...decision: Parameters<LetterDelivery['resolve']>): Promise<number[]> {
    return this.#begun?.delivery.resolve(...decision) ?? []
  }

  async findPersonalData(fingerprint: string): Promise<PersonInCampaign | null> {
    return this.#begun === undefined ? null : findPersonalData(this.#begun, fingerprint)
  }
  async erase(fingerprint: string): Promise<boolean> {
    return this.#begun === undefined || erasePerson(this.#begun, fingerprint)
  }
  openCalls(): OpenCall[] {
    return this.#begun?.delivery.openCalls() ?? []
  }

  report(): ActionsReport {
    return this.#begun === undefined ? NO_ACTIONS : reportOf(this.#begun)
  }

  /** Cancels what the changed campaign no longer allows to send. A slice of sending ends before its next call. */
  async handleCampaignChange(): Promise<void> {
    this.#object.recordChange()
    if (this.#object.hasBegun()) await this.#object.wakeBy(Date.now())
  }

  /** Repairs a missing or overdue alarm. Returns whether anything is stored. Called by the list of places. */
  async wake(): Promise<boolean> {
    if (this.#object.hasBegun()) await this.#object.repairAlarm()
    return this.#object.hasBegun()
  }

  override async alarm(): Promise<void> {
    if (this.#begun === undefined) return
    const next = await runAlarm(this.#object, this.#begun)
    if (next !== null) await this.#object.wakeBy(next)
  }
}
