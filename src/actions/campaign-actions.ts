import { DurableObject } from 'cloudflare:workers'
import type { SelfReported } from '../campaigns/counters.ts'
import { type ActionParts, type ActionsReport, reportOf } from './actions-report.ts'
import { runAlarm } from './alarm-work.ts'
import { type CampaignObject, openCampaignObject } from './campaign-object.ts'
import type { LetterDraft } from './drafts/draft.ts'
import { LetterDelivery } from './letters/letter-delivery.ts'
import { type LetterConfirmation, Letters } from './letters/letters.ts'
import type { ModerationItem } from './moderation/moderation.ts'
import type { ModerationResult } from './moderation/moderation-queue.ts'
import { SelfReports } from './self-reports/self-reports.ts'
import type { Submission, SubmissionDraft, TargetReply } from './submissions/submission.ts'
import type { SubmissionRefusal, SubmissionStatus } from './submissions/submission-state.ts'
import { type SubmissionConfirmation, Submissions } from './submissions/submissions.ts'
import type { WriterConsent } from './writers/consent.ts'
import type { WriterSignatures } from './writers/signatures.ts'
import type { WriterUpdateProgress } from './writers/writer-updates.ts'

/** The Durable Object of one campaign. Passes each call on to a part. The parts stay inside: a remote reference would keep it in memory. */
export class CampaignActions extends DurableObject<Env> {
  readonly #object: CampaignObject
  readonly #parts: ActionParts

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const object = openCampaignObject(ctx, env)
    const delivery = new LetterDelivery(object)
    const letters = new Letters(object, delivery, () => submissions)
    const submissions = new Submissions(object, delivery, (...letter) => letters.release(...letter))
    this.#object = object
    this.#parts = { delivery, letters, submissions, selfReports: new SelfReports(object) }
  }

  storeLetterDraft(slug: string, draft: LetterDraft): Promise<string | null> {
    return this.#parts.letters.drafts.store(slug, draft)
  }

  deleteLetterDraft(id: string): void {
    this.#parts.letters.drafts.delete(id)
  }

  findLetterDraft(id: string): ReturnType<Letters['find']> {
    return this.#parts.letters.find(id)
  }

  confirmLetter(id: string): Promise<LetterConfirmation> {
    return this.#parts.letters.confirm(id)
  }

  storeSubmissionDraft(slug: string, draft: SubmissionDraft): Promise<string | null> {
    return this.#parts.submissions.drafts.store(slug, draft)
  }

  deleteSubmissionDraft(id: string): void {
    this.#parts.submissions.drafts.delete(id)
  }

  findSubmissionDraft(id: string): Promise<SubmissionDraft | 'confirmed' | null> {
    return this.#parts.submissions.drafts.find(id)
  }

  confirmSubmission(id: string): Promise<SubmissionConfirmation> {
    return this.#parts.submissions.confirm(id)
  }

  addReply(slug: string, reply: TargetReply): Promise<{ id: string; status: SubmissionStatus } | null> {
    return this.#parts.submissions.addReply(slug, reply)
  }

  listPendingSubmissions(most: number): Promise<ModerationItem[]> {
    return this.#parts.submissions.moderation.listPending(most)
  }

  findSubmission(id: string): Promise<ModerationItem | SubmissionStatus | null> {
    return this.#parts.submissions.moderation.find(id)
  }

  nextPendingSubmission(id: string): string | null {
    return this.#parts.submissions.moderation.nextPending(id)
  }

  decideSubmission(
    ...decision: [id: string, decision: 'accept' | 'refuse', by: string, reason?: SubmissionRefusal]
  ): Promise<ModerationResult> {
    return this.#parts.submissions.moderation.decide(...decision)
  }

  recordSelfReport(slug: string, how: SelfReported): Promise<void> {
    return this.#parts.selfReports.record(slug, how)
  }

  listSignatures(): Promise<WriterSignatures> {
    return this.#parts.letters.listSignatures()
  }

  startWriterUpdate(...update: Parameters<Letters['startUpdate']>): Promise<WriterUpdateProgress> {
    return this.#parts.letters.startUpdate(...update)
  }

  stopWriterUpdates(writer: string): Promise<void> {
    return this.#parts.letters.stopUpdates(writer)
  }

  stopCopies(recipient: string): void {
    this.#parts.delivery.stopCopies(recipient)
  }

  /** An organiser's decision about uncertain mails. Returns the ids of the mails that it applied to. */
  resolve(...decision: Parameters<LetterDelivery['resolve']>): Promise<number[]> {
    return this.#parts.delivery.resolve(...decision)
  }

  /** What is stored about a person in this campaign, by the fingerprint of their address; null when there is nothing. */
  async findPersonalData(fingerprint: string): Promise<(Partial<WriterConsent> & { said?: Submission[] }) | null> {
    const consent = await this.#parts.letters.findConsent(fingerprint)
    const said = await this.#parts.submissions.listByPerson(fingerprint)
    return said.length === 0 ? consent : { ...consent, said }
  }

  /** Deletes a person's consents and submissions, and takes their letters out of all mails that have not left. */
  async erase(fingerprint: string): Promise<void> {
    this.#parts.letters.erase(fingerprint)
    this.#parts.delivery.erase(fingerprint)
    await this.#parts.submissions.erase(fingerprint)
  }

  report(): ActionsReport {
    return reportOf(this.#parts)
  }

  /** Cancels what the changed campaign no longer allows to send. A slice of sending ends before its next call. */
  async handleCampaignChange(): Promise<void> {
    this.#object.recordChange()
    if (this.#object.hasBegun()) await this.#object.wakeBy(Date.now())
  }

  /** Repairs a missing or overdue alarm. Called by the schedule. */
  async wake(): Promise<void> {
    if (this.#object.hasBegun()) await this.#object.repairAlarm()
  }

  override async alarm(): Promise<void> {
    if (!this.#object.hasBegun()) return
    const next = await runAlarm(this.#object, this.#parts)
    if (next !== null) await this.#object.wakeBy(next)
  }
}
