import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import type { Counters } from '../../campaigns/counters.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import { DraftState } from '../drafts/draft-state.ts'
import type { LetterDelivery } from '../letters/letter-delivery.ts'
import type { NewLetter } from '../letters/letter-rows.ts'
import { isAcceptable, type ModerationItem, toModerationItem } from '../moderation/moderation.ts'
import { notifyModerators } from '../moderation/moderators.ts'
import { findWithheldNames, listWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { contentHash } from './content-hash.ts'
import { publishSubmissions } from './publish-submissions.ts'
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
import { supportLetters } from './submission-delivery.ts'
import {
  type SubmissionRefusal,
  type SubmissionRow,
  SubmissionState,
  type SubmissionStatus,
} from './submission-state.ts'

export type SubmissionConfirmation = { kind: 'confirmed' | 'already' | 'gone' | 'over' }

export type ModerationResult =
  | { kind: 'decided'; status: 'accepted' | 'refused' }
  | { kind: 'before'; status: 'accepted' | 'refused' } // somebody decided before: this stands
  | { kind: 'named'; who: string[] } // it names somebody who must not be named, and can only be refused
  | { kind: 'over' } // nothing of its kind is delivered or shown now, so it can only be refused
  | { kind: 'unreadable' } // its key is not in KEYRING
  | { kind: 'gone' }

export type SubmissionCounts = Record<string, Partial<Record<SubmissionStatus, number>>>

/** What people say to the workers and beside them: messages of support, endorsements, targets' replies. */
export class Submissions {
  readonly #context: ObjectContext
  readonly #drafts: DraftState
  readonly #state: SubmissionState
  readonly #delivery: LetterDelivery

  constructor(context: ObjectContext, post: LetterDelivery) {
    this.#context = context
    this.#delivery = post
    this.#drafts = new DraftState(context.db, 'submission_draft')
    this.#state = new SubmissionState(context.db)
  }

  /** As for letters: null when too many wait. */
  async storeDraft(slug: string, draft: SubmissionDraft): Promise<string | null> {
    this.#context.begin(slug)
    const { keys } = await requireSettings(this.#context.env)
    const id = crypto.randomUUID()
    const kept = this.#drafts.insert({ id, sealed: await sealSubmissionDraft(keys, slug, id, draft), at: Date.now() })
    if (kept) await this.#context.wakeBy(Date.now() + LIFETIME_MS.voice + 1) // only to forget it
    return kept ? id : null
  }

  deleteDraft(id: string): void {
    this.#drafts.delete(id)
  }

  async draft(id: string): Promise<SubmissionDraft | 'confirmed' | null> {
    const row = this.#drafts.find(id)
    if (row === undefined) return this.#state.find(id) === undefined ? null : 'confirmed'
    const { keys } = await requireSettings(this.#context.env)
    return openSubmissionDraft(keys, this.#context.slug(), id, row.sealed)
  }

  /** The button behind the link. From here on it waits for a moderator, and the address it came from is forgotten. */
  async confirm(id: string): Promise<SubmissionConfirmation> {
    const row = this.#drafts.find(id)
    if (row === undefined) return { kind: this.#state.find(id) === undefined ? 'gone' : 'already' }
    const settings = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const campaign = await currentCampaign(this.#context.env, slug)
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || campaignBlockedBy(campaign, now) !== null) return { kind: 'over' }
    const draft = await openSubmissionDraft(settings.keys, slug, id, row.sealed)
    const { mailbox, fingerprint } = await authorOf(settings, draft)
    const taken = await this.#insert(settings, campaign, {
      id,
      author: mailbox,
      fingerprint,
      submission: draft.submission,
      now,
    })
    return { kind: taken ? 'confirmed' : 'already' }
  }

  /** A target's reply, brought in by an organiser. The same one again is the one that is there. */
  async addReply(slug: string, reply: TargetReply): Promise<{ id: string; status: SubmissionStatus } | null> {
    const campaign = await currentCampaign(this.#context.env, slug)
    if (campaign === null || campaign.targets.every(({ id }) => id !== reply.target)) return null
    this.#context.begin(slug)
    const settings = await requireSettings(this.#context.env)
    const author = await contentHash(settings.keys, JSON.stringify(reply))
    const id = crypto.randomUUID()
    await this.#insert(settings, campaign, { id, author, fingerprint: '', submission: reply, now: Date.now() })
    const row = this.#state.findByAuthor('reply', author)
    return row === undefined ? null : { id: row.id, status: row.status }
  }

  async #insert(
    settings: Settings,
    campaign: Campaign,
    { id, author, fingerprint, submission, now }: SubmissionInput,
  ): Promise<boolean> {
    const one = {
      id,
      kind: submission.kind,
      author,
      fingerprint,
      sealed: await sealSubmission(settings.keys, campaign.slug, id, submission),
      contentHash: await contentHash(settings.keys, submissionText(submission)),
      country: submission.kind === 'reply' ? '' : (submission.country ?? ''),
      shown: submission.kind !== 'support' || submission.shown,
      at: now,
    }
    const taken = this.#context.db.transaction(() => {
      this.#drafts.delete(id)
      this.#state.storePeople(campaign)
      return this.#state.insert(one)
    })
    await this.#context.wakeBy(now)
    return taken
  }

  /** What waits for a moderator, the oldest first, so many at most. */
  async listPending(most: number): Promise<ModerationItem[]> {
    return this.#items(this.#state.listPending(most))
  }

  /** One that waits, or how it was decided; null when there is none. */
  async find(id: string): Promise<ModerationItem | SubmissionStatus | null> {
    const row = this.#state.find(id)
    if (row === undefined) return null
    if (row.status !== 'pending') return row.status
    const [item = null] = await this.#items([row])
    return item
  }

  /** The oldest that waits besides this one. */
  nextPending(id: string): string | null {
    return this.#state.listPending(2).find((row) => row.id !== id)?.id ?? null
  }

  /** Who decides first decides. `by` is kept beside it: a token's name or a moderator's fingerprint. */
  async decide(
    id: string,
    decision: 'accept' | 'refuse',
    by: string,
    reason?: SubmissionRefusal,
  ): Promise<ModerationResult> {
    const row = this.#state.find(id)
    if (row === undefined) return { kind: 'gone' }
    if (row.status !== 'pending') return { kind: 'before', status: row.status }
    const accepted = decision === 'accept' ? await this.#accept(row) : null
    if (accepted !== null && 'kind' in accepted) return accepted
    const now = Date.now()
    const decided = this.#context.db.transaction(() => {
      const first = this.#state.decide(id, accepted === null ? 'refused' : 'accepted', by, reason)
      const { author, fingerprint } = row
      if (first && accepted !== null && accepted.letters.length > 0)
        this.#delivery.enqueue(
          { draft: id, writer: author, fingerprint, letters: accepted.letters },
          accepted.campaign,
          now,
        )
      return first
    })
    await this.#context.wakeBy(now)
    const status = this.#state.find(id)?.status
    if (status === undefined || status === 'pending') return { kind: 'gone' } // erased meanwhile
    return { kind: decided ? 'decided' : 'before', status }
  }

  /** What accepting it would send to the workers, or why it cannot be accepted. */
  async #accept({
    id,
    kind,
    sealed,
  }: SubmissionRow): Promise<{ campaign: Campaign; letters: NewLetter[] } | ModerationResult> {
    const settings = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const campaign = await currentCampaign(this.#context.env, slug)
    if (campaign === null || sealed === null || !isAcceptable(kind, campaign, Date.now())) return { kind: 'over' }
    const said = await openSubmission(settings.keys, slug, id, sealed)
    if (said === null) return { kind: 'unreadable' }
    const who = findWithheldNames(submissionText(said), this.#withheld(settings, campaign))
    if (who.length > 0) return { kind: 'named', who }
    if (said.kind !== 'support') return { campaign, letters: [] }
    return { campaign, letters: await supportLetters(settings, campaign, id, said) }
  }

  report(): SubmissionCounts {
    const report: SubmissionCounts = {}
    for (const { kind, status, n } of this.#state.counts()) report[kind] = { ...report[kind], [status]: n }
    return report
  }

  numbers(): Pick<Counters, 'support' | 'endorsements'> {
    const { support, endorsement } = this.report()
    return { support: support?.accepted ?? 0, endorsements: endorsement?.accepted ?? 0 }
  }

  /** What somebody has said, as far as it is still kept, by the fingerprint of their address. */
  async listByPerson(fingerprint: string): Promise<Submission[]> {
    const rows = this.#state.listByPerson(fingerprint)
    if (rows.length === 0) return []
    const { keys } = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const opened = await Promise.all(rows.map(({ id, sealed }) => openSubmission(keys, slug, id, sealed ?? '')))
    return opened.filter((said) => said !== null)
  }

  /** Somebody has had themselves erased: what they have said here goes, whatever became of it. */
  async erase(fingerprint: string): Promise<void> {
    if (this.#state.erase(fingerprint) > 0) await this.#context.wakeBy(Date.now())
  }

  /** Answers when to go on, or null when there is nothing left to wait for. */
  async work(tick: Tick): Promise<number | null> {
    const { now, settings, campaign, retention } = tick
    this.#drafts.deleteBefore(now - LIFETIME_MS.voice)
    if (retention.personalEnded) this.#state.dropPersonal()
    if (retention.recordsEnded) for (const state of [this.#drafts, this.#state]) state.clear()
    const some = !this.#state.isEmpty()
    if (some && campaign !== null) this.#state.storePeople(campaign)
    const context = this.#context
    const publishAt = await publishSubmissions(context, this.#state, tick, this.#withheld(settings, campaign))
    const notifyAt = campaign === null ? null : await notifyModerators(context, settings, this.#state, campaign, now)
    const oldest = this.#drafts.oldestAt()
    return earliest([
      publishAt,
      notifyAt,
      oldest === null ? null : oldest + LIFETIME_MS.voice + 1,
      some ? now + DAY_MS : null, // looks whether the campaign has ended, or somebody is to be named no more
    ])
  }

  #withheld(settings: Settings, campaign: Campaign | null): WithheldName[] {
    return listWithheldNames(
      campaign?.people ?? [],
      this.#state.listPeople(),
      settings.withheldNames[this.#context.slug()] ?? [],
    )
  }

  async #items(rows: readonly SubmissionRow[]): Promise<ModerationItem[]> {
    if (rows.length === 0) return []
    const settings = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const campaign = await currentCampaign(this.#context.env, slug)
    const withheld = this.#withheld(settings, campaign)
    return Promise.all(
      rows.map(async (row) =>
        toModerationItem(
          slug,
          row,
          row.sealed === null ? null : await openSubmission(settings.keys, slug, row.id, row.sealed),
          {
            withheld,
            repeated: this.#state.isRepeated(row),
            acceptable: campaign !== null && isAcceptable(row.kind, campaign, Date.now()),
          },
        ),
      ),
    )
  }
}

type SubmissionInput = { id: string; author: string; fingerprint: string; submission: Submission; now: number }

async function authorOf({ fingerprint }: Settings, { email }: SubmissionDraft) {
  const address = normaliseAddress(email)
  if (!address.ok) throw new Error('a draft holds an address that is none')
  return { mailbox: await fingerprint(mailboxOf(address.value)), fingerprint: await fingerprint(address.value) }
}
