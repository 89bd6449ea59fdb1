import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import type { Counters } from '../../campaigns/counters.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import type { LetterDraft } from '../drafts/draft.ts'
import { DraftStore } from '../drafts/draft-store.ts'
import type { LetterDelivery } from '../letters/letter-delivery.ts'
import { ModerationQueue, type ReleaseLetter } from '../moderation/moderation-queue.ts'
import { notifyModerators } from '../moderation/moderators.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { contentHash } from './content-hash.ts'
import { HeldLetters, toHeldLetter } from './held-letters.ts'
import { readShown, type ShownSubmissions } from './shown-submissions.ts'
import {
  openSubmission,
  openSubmissionDraft,
  type Submission,
  type SubmissionDraft,
  sealSubmission,
  sealSubmissionDraft,
  submissionText,
  type TargetReply,
} from './submission.ts'
import { SubmissionState } from './submission-state.ts'
import type { SubmissionStatus } from './submission-status.ts'
import type { SubmissionCounts } from './submission-tally.ts'

export type SubmissionConfirmation = { kind: 'confirmed' | 'already' | 'gone' | 'over' }

/** The submissions of a campaign: messages of support, endorsements, replies of targets, letters that are read first. */
export class Submissions {
  readonly drafts: DraftStore<SubmissionDraft>
  readonly moderation: ModerationQueue
  readonly held: HeldLetters
  readonly #context: ObjectContext
  readonly #state: SubmissionState

  constructor(context: ObjectContext, delivery: LetterDelivery, releaseLetter: ReleaseLetter) {
    this.#context = context
    this.#state = new SubmissionState(context.db)
    this.moderation = new ModerationQueue(context, this.#state, delivery, releaseLetter)
    this.held = new HeldLetters(context, this.#state)
    this.drafts = new DraftStore(context, {
      table: 'submission_draft',
      lifetimeMs: LIFETIME_MS.voice,
      seal: sealSubmissionDraft,
      open: openSubmissionDraft,
      wasConfirmed: (id) => this.#state.find(id) !== undefined,
    })
  }

  /** Confirms a draft: the submission then waits for a moderator, stored without the author's address. */
  async confirm(id: string): Promise<SubmissionConfirmation> {
    const sealed = this.drafts.readSealed(id)
    if (sealed === undefined) return { kind: this.#state.find(id) === undefined ? 'gone' : 'already' }
    const settings = await requireSettings(this.#context.env)
    const campaign = await currentCampaign(this.#context.env, this.#context.slug())
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || campaignBlockedBy(campaign, now) !== null) return { kind: 'over' }
    const draft = await this.drafts.open(settings.keys, id, sealed)
    const { submission } = draft
    const isNew = await this.#insert(settings, campaign, { id, ...(await authorOf(settings, draft)), submission, now })
    return { kind: isNew ? 'confirmed' : 'already' }
  }

  /**
   * Adds a target's reply on behalf of an organiser. Returns the existing one when the same reply was added before, and null when the
   * campaign or the target does not exist.
   */
  async addReply(slug: string, reply: TargetReply): Promise<{ id: string; status: SubmissionStatus } | null> {
    const campaign = await currentCampaign(this.#context.env, slug)
    if (campaign === null || campaign.targets.every(({ id }) => id !== reply.target)) return null
    await this.#context.begin(slug)
    const settings = await requireSettings(this.#context.env)
    const author = await contentHash(settings.keys, JSON.stringify(reply))
    const id = crypto.randomUUID()
    await this.#insert(settings, campaign, { id, author, fingerprint: '', submission: reply, now: Date.now() })
    const row = this.#state.findByAuthor('reply', author)
    return row === undefined ? null : { id: row.id, status: row.status }
  }

  /** Keeps a confirmed letter for a moderator. False when its writer has one that is not decided, or was accepted. */
  async holdLetter(
    settings: Settings,
    campaign: Campaign,
    id: string,
    draft: LetterDraft,
    now: number,
  ): Promise<boolean> {
    const submission = toHeldLetter(draft)
    return this.#insert(settings, campaign, { id, ...(await authorOf(settings, draft)), submission, now })
  }

  /** Stores a submission as pending. False when its author has one of the same kind already. */
  async #insert(
    settings: Settings,
    campaign: Campaign,
    { id, author, fingerprint, submission, now }: SubmissionInput,
  ): Promise<boolean> {
    const row = {
      id,
      kind: submission.kind,
      author,
      fingerprint,
      sealed: await sealSubmission(settings.keys, campaign.slug, id, submission),
      contentHash: await contentHash(settings.keys, submissionText(submission)),
      country: submission.kind === 'reply' ? '' : (submission.country ?? ''),
      shown: submission.kind !== 'letter' && (submission.kind !== 'support' || submission.shown),
      at: now,
    }
    const isNew = this.#context.db.transaction(() => {
      this.drafts.delete(id)
      this.#state.storePeople(campaign)
      if (submission.kind === 'letter') this.#state.forgetReturned(author)
      return this.#state.insert(row)
    })
    await this.#context.wakeBy(now)
    return isNew
  }

  report(): SubmissionCounts {
    return this.#state.tally.byKind()
  }

  /** The public counters of submissions: accepted ones only. */
  numbers(): Pick<Counters, 'support' | 'endorsements'> {
    const { support, endorsement } = this.report()
    return { support: support?.accepted ?? 0, endorsements: endorsement?.accepted ?? 0 }
  }

  /**
   * What the page may show, as of now: `of` changes with the submissions, `withoutDelay` with the names that must not be shown and with
   * the submissions that were withdrawn.
   */
  async shownVersion({ settings, campaign }: Tick): Promise<{ of: string; withoutDelay: string }> {
    const { changes, withdrawals } = this.#state.tally.versions()
    if (this.#state.isEmpty()) return { of: `${changes}`, withoutDelay: `${withdrawals}` }
    const withheld = this.moderation.withheldNames(settings, campaign)
    const names = JSON.stringify(withheld.map(({ who, names }) => [who, names.map(({ name }) => name)]))
    // keyed, so that the stored hash discloses no name
    return { of: `${changes}`, withoutDelay: `${withdrawals} ${await contentHash(settings.keys, names)}` }
  }

  /** What the page shows, with a hash that discloses no text. */
  readShown({ settings, campaign }: Tick): Promise<ShownSubmissions> {
    const withheld = this.moderation.withheldNames(settings, campaign)
    return readShown(this.#state, settings.keys, this.#context.slug(), withheld)
  }

  /** A person's submissions whose text is still stored, by the fingerprint of their address. */
  async listByPerson(fingerprint: string): Promise<Submission[]> {
    const rows = this.#state.listByPerson(fingerprint)
    if (rows.length === 0) return []
    const { keys } = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const opened = await Promise.all(rows.map(({ id, sealed }) => openSubmission(keys, slug, id, sealed ?? '')))
    return opened.filter((submission) => submission !== null)
  }

  /** Deletes all submissions of a person, decided or not, by the fingerprint of their address. */
  async erase(fingerprint: string): Promise<void> {
    if (this.#state.erase(fingerprint) > 0) await this.#context.wakeBy(Date.now())
  }

  /** Notifies moderators, deletes what has expired. Returns when to go on (epoch ms), or null when nothing waits. */
  async work(tick: Tick): Promise<number | null> {
    const { now, settings, campaign, retention } = tick
    this.drafts.deleteExpired(now)
    if (retention.personalEnded) this.#state.dropPersonal()
    if (retention.recordsEnded) for (const state of [this.drafts, this.#state, this.moderation]) state.clear()
    const hasAny = !this.#state.isEmpty()
    if (hasAny && campaign !== null) this.#state.storePeople(campaign)
    const context = this.#context
    const returnAt = await this.held.returnLetters(tick, () => this.moderation.withheldNames(settings, campaign))
    const notifyAt = campaign === null ? null : await notifyModerators(context, settings, this.#state, campaign, now)
    return earliest([
      returnAt,
      this.held.nextReturn(),
      notifyAt,
      this.drafts.nextExpiry(),
      hasAny ? now + DAY_MS : null, // to find that the campaign has ended, or that a name became withheld
    ])
  }
}

type SubmissionInput = { id: string; author: string; fingerprint: string; submission: Submission; now: number }

/** `author` is the fingerprint of the mailbox, `fingerprint` that of the address. */
async function authorOf({ fingerprint }: Settings, { email }: { email: string }) {
  const address = normaliseAddress(email)
  if (!address.ok) throw new Error('the draft contains an invalid address')
  return { author: await fingerprint(mailboxOf(address.value)), fingerprint: await fingerprint(address.value) }
}
