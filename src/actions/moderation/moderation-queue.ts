import type { Campaign } from '../../campaigns/campaign.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import type { LetterDraft } from '../drafts/draft.ts'
import type { LetterDelivery } from '../letters/letter-delivery.ts'
import type { NewLetter } from '../letters/letter-rows.ts'
import type { ObjectContext } from '../object-context.ts'
import { toLetterDraft } from '../submissions/held-letters.ts'
import { openSubmission, submissionText } from '../submissions/submission.ts'
import { supportLetters } from '../submissions/submission-delivery.ts'
import type { SubmissionRow } from '../submissions/submission-row.ts'
import type { SubmissionRefusal, SubmissionState } from '../submissions/submission-state.ts'
import type { SubmissionStatus } from '../submissions/submission-status.ts'
import { isAcceptable, type ModerationItem, toModerationItem } from './moderation.ts'
import { PassedOn } from './passed-on.ts'
import { findWithheldNames, listWithheldNames, type WithheldName } from './withheld-names.ts'

export type ModerationResult =
  | { kind: 'decided'; status: 'accepted' | 'refused' }
  | { kind: 'before'; status: 'accepted' | 'refused' } // an earlier decision exists, and holds
  | { kind: 'named'; who: string[] } // the text has a withheld name, so it can only be refused
  | { kind: 'over' } // submissions of this kind are neither delivered nor shown now, so it can only be refused
  | { kind: 'unreadable' } // KEYRING lacks the key that sealed it
  | { kind: 'gone' }

/** Pending submissions among which the next one for a moderator is looked for. */
const NEXT_AMONG = 50

type Acceptance = { campaign: Campaign; letters: NewLetter[]; release?: () => void }

/** Makes an accepted letter ready. What it returns queues it, within the caller's transaction. */
export type ReleaseLetter = (
  settings: Settings,
  campaign: Campaign,
  id: string,
  draft: LetterDraft,
) => Promise<() => void>

/** The submissions of a campaign that wait for a moderator, and the decisions about them. */
export class ModerationQueue {
  readonly #context: ObjectContext
  readonly #state: SubmissionState
  readonly #delivery: LetterDelivery
  readonly #releaseLetter: ReleaseLetter
  readonly #passedOn: PassedOn

  constructor(context: ObjectContext, state: SubmissionState, delivery: LetterDelivery, releaseLetter: ReleaseLetter) {
    this.#releaseLetter = releaseLetter
    this.#context = context
    this.#passedOn = new PassedOn(context.db)
    this.#state = state
    this.#delivery = delivery
  }

  /** Pending submissions, the oldest first, at most so many. */
  async listPending(most: number): Promise<ModerationItem[]> {
    return this.#toItems(this.#state.listPending(most))
  }

  /** A pending submission, the status of a decided one, or null when there is none. */
  async find(id: string): Promise<ModerationItem | SubmissionStatus | null> {
    const row = this.#state.find(id)
    if (row === undefined) return null
    if (row.status !== 'pending') return row.status
    const [item = null] = await this.#toItems([row])
    return item
  }

  /** The id of the oldest pending submission other than this one that the moderator has not passed on, or null. */
  nextPending(id: string, moderator: string): string | null {
    const isNext = (row: SubmissionRow) => row.id !== id && !this.#passedOn.by(row.id).has(moderator)
    return this.#state.listPending(NEXT_AMONG).find(isNext)?.id ?? null
  }

  /** Lets the other moderators decide about a pending submission: their next mail has it. `moderator` is a fingerprint. */
  async passOn(id: string, moderator: string): Promise<void> {
    if (this.#state.find(id)?.status !== 'pending') return
    this.#passedOn.put(id, moderator, Date.now())
    await this.#context.wakeBy(Date.now())
  }

  clear(): void {
    this.#passedOn.clear()
  }

  /**
   * Decides about a submission; the first decision holds. An accepted message of support is queued for the workers. `by` is stored with
   * the decision: an API token's name or a moderator's fingerprint.
   */
  async decide(
    id: string,
    decision: 'accept' | 'refuse',
    by: string,
    reason?: SubmissionRefusal,
  ): Promise<ModerationResult> {
    const row = this.#state.find(id)
    if (row === undefined) return { kind: 'gone' }
    if (row.status !== 'pending') return { kind: 'before', status: row.status }
    const acceptance = decision === 'accept' ? await this.#accept(row) : null
    if (acceptance !== null && 'kind' in acceptance) return acceptance
    const isFirst = this.#store(row, acceptance, by, reason)
    await this.#context.wakeBy(Date.now())
    const status = this.#state.find(id)?.status
    if (status === undefined || status === 'pending') return { kind: 'gone' } // erased meanwhile
    return { kind: isFirst ? 'decided' : 'before', status }
  }

  /** Stores a decision and queues its letters. False when another decision came first. */
  #store(
    { id, author, fingerprint }: SubmissionRow,
    acceptance: Acceptance | null,
    by: string,
    reason: SubmissionRefusal | undefined,
  ): boolean {
    return this.#context.db.transaction(() => {
      const isFirst = this.#state.decide(id, acceptance === null ? 'refused' : 'accepted', by, reason)
      if (isFirst) acceptance?.release?.()
      this.#passedOn.drop(id)
      if (isFirst && acceptance !== null && acceptance.letters.length > 0) {
        const { letters, campaign } = acceptance
        this.#delivery.enqueue({ draft: id, writer: author, fingerprint, letters }, campaign, Date.now())
      }
      return isFirst
    })
  }

  /** The letters that accepting a submission sends to the workers, or why it cannot be accepted. */
  async #accept({ id, kind, sealed }: SubmissionRow): Promise<Acceptance | ModerationResult> {
    const settings = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const campaign = await currentCampaign(this.#context.env, slug)
    if (campaign === null || sealed === null || !isAcceptable(kind, campaign, Date.now())) return { kind: 'over' }
    const submission = await openSubmission(settings.keys, slug, id, sealed)
    if (submission === null) return { kind: 'unreadable' }
    const who = findWithheldNames(submissionText(submission), this.withheldNames(settings, campaign))
    if (who.length > 0) return { kind: 'named', who }
    if (submission.kind === 'letter') {
      const release = await this.#releaseLetter(settings, campaign, id, toLetterDraft(submission))
      return { campaign, letters: [], release }
    }
    if (submission.kind !== 'support') return { campaign, letters: [] }
    return { campaign, letters: await supportLetters(settings, campaign, id, submission) }
  }

  /** Names that no submission to this campaign may have. */
  withheldNames(settings: Settings, campaign: Campaign | null): WithheldName[] {
    const secret = settings.withheldNames[this.#context.slug()] ?? []
    return listWithheldNames(campaign?.people ?? [], this.#state.listPeople(), secret)
  }

  async #toItems(rows: readonly SubmissionRow[]): Promise<ModerationItem[]> {
    if (rows.length === 0) return []
    const settings = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const campaign = await currentCampaign(this.#context.env, slug)
    const withheld = this.withheldNames(settings, campaign)
    return Promise.all(
      rows.map(async (row) => {
        const { id, kind, sealed } = row
        const submission = sealed === null ? null : await openSubmission(settings.keys, slug, id, sealed)
        const repeated = this.#state.isRepeated(row)
        const acceptable = campaign !== null && isAcceptable(kind, campaign, Date.now())
        return toModerationItem(slug, row, submission, { withheld, repeated, acceptable })
      }),
    )
  }
}
