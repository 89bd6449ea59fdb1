import * as z from 'zod'
import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import {
  type ConfirmedDraft,
  type LetterDraft,
  openConfirmedDraft,
  openLetterDraft,
  sealConfirmedDraft,
  sealLetterDraft,
} from '../drafts/draft.ts'
import { DraftStore } from '../drafts/draft-store.ts'
import { findWithheldNames, listWithheldNames } from '../moderation/withheld-names.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { mustBeRead } from '../submissions/held-letters.ts'
import type { Submissions } from '../submissions/submissions.ts'
import type { SkipCounts } from '../tell-each/skipped-mail.ts'
import { SkippedMails } from '../tell-each/skipped-mails.ts'
import { consentOf, openConsent, sealConsent, type WriterConsent } from '../writers/consent.ts'
import { listSignatures, stopUpdates, type WriterSignatures } from '../writers/signatures.ts'
import { type WriterCounts, WriterState } from '../writers/writer-state.ts'
import {
  type NewsProgress,
  type UpdateTopic,
  type WriterUpdateProgress,
  WriterUpdates,
} from '../writers/writer-updates.ts'
import { lettersText, sealLetters } from './letter.ts'
import type { LetterDelivery } from './letter-delivery.ts'
import type { NewLetter } from './letter-rows.ts'
import { Receipts } from './receipts.ts'

export type LetterConfirmation =
  | { kind: 'confirmed'; targets: string[] } // ids, in the campaign's order
  | { kind: 'held' } // a moderator reads it first
  | { kind: 'already' } // this mailbox has written before
  | { kind: 'gone' } // there is no such draft any more
  | { kind: 'over' } // the campaign takes no letters now

/** Where letters wait that must be read first. */
type LetterDesk = Pick<Submissions, 'held' | 'holdLetter'>

/** The same letter with nothing to send. It is stored as cancelled, so that the receipt can say so. */
const withhold = (letter: NewLetter): NewLetter => ({ ...letter, alone: null, among: null })

/** The letters of a campaign, from the draft to the receipt, and what their writers consented to. */
export class Letters {
  readonly drafts: DraftStore<LetterDraft>
  readonly #context: ObjectContext
  readonly #writers: WriterState
  readonly #updates: WriterUpdates
  readonly #skipped: SkippedMails
  readonly #receipts = new Receipts()
  readonly #delivery: LetterDelivery
  readonly #desk: () => LetterDesk

  constructor(context: ObjectContext, delivery: LetterDelivery, desk: () => LetterDesk) {
    this.#desk = desk
    this.#context = context
    this.#delivery = delivery
    this.#writers = new WriterState(context.db)
    const arrived = (writer: string) => delivery.lettersOf(writer).some(({ status }) => status === 'accepted')
    this.#updates = new WriterUpdates(context, this.#writers, arrived)
    this.#skipped = new SkippedMails(context.db)
    this.drafts = new DraftStore(context, {
      table: 'letter_draft',
      lifetimeMs: LIFETIME_MS.letter,
      seal: sealLetterDraft,
      open: openLetterDraft,
      wasConfirmed: (id) => this.#writers.wasConfirmed(id),
    })
  }

  /** The draft, `held` while it waits for a moderator, `confirmed` when it was confirmed, or null when there is none. */
  async find(id: string): Promise<LetterDraft | 'confirmed' | 'held' | null> {
    return this.#desk().held.statusOf(id) === 'pending' ? 'held' : this.drafts.find(id)
  }

  /** Confirms a draft and queues its letters. A repeated confirmation, or a second letter of one mailbox, changes nothing. */
  async confirm(id: string): Promise<LetterConfirmation> {
    const sealed = this.drafts.readSealed(id)
    const isHeld = this.#desk().held.statusOf(id) === 'pending'
    if (sealed === undefined)
      return isHeld ? { kind: 'held' } : this.#writers.wasConfirmed(id) ? { kind: 'already' } : { kind: 'gone' }
    const settings = await requireSettings(this.#context.env)
    const campaign = await currentCampaign(this.#context.env, this.#context.slug())
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || campaignBlockedBy(campaign, now) !== null) return { kind: 'over' }
    const draft = await this.drafts.open(settings.keys, id, sealed)
    if (mustBeRead(draft)) return this.#hold(settings, campaign, id, draft)
    const { letters, queue } = await this.#prepare(settings, campaign, id, draft)
    const isNew = this.#context.db.transaction(queue)
    await this.#context.wakeBy(now)
    if (!isNew) return { kind: 'already' }
    const targets = letters.flatMap(({ addressee }) => (addressee.kind === 'target' ? [addressee.id] : []))
    return { kind: 'confirmed', targets: [...new Set(targets)] }
  }

  /** Keeps a letter for a moderator. Whoever has written before is told so, as with any second letter. */
  async #hold(settings: Settings, campaign: Campaign, id: string, draft: LetterDraft): Promise<LetterConfirmation> {
    const writer = await mailboxOfWriter(settings, draft)
    const isNew =
      !this.#writers.has(writer) && (await this.#desk().holdLetter(settings, campaign, id, draft, Date.now()))
    this.drafts.delete(id)
    return { kind: isNew ? 'held' : 'already' }
  }

  /** Makes a letter ready that a moderator accepted. What it returns queues it, within the caller's transaction. */
  async release(settings: Settings, campaign: Campaign, id: string, draft: LetterDraft): Promise<() => void> {
    return (await this.#prepare(settings, campaign, id, draft)).queue
  }

  /** A draft's letters. `queue` stores them and the writer; false when the writer has written before. */
  async #prepare(settings: Settings, campaign: Campaign, id: string, draft: LetterDraft) {
    const { letters, ...writer } = await sealConfirmation(settings, campaign, id, draft)
    const sendable = this.#namesWithheld(settings, campaign, draft) ? letters.map(withhold) : letters
    const queue = () => {
      const now = Date.now()
      this.drafts.delete(id)
      if (!this.#writers.add(writer, now)) return false
      const { writer: mailbox, fingerprint } = writer
      this.#delivery.enqueue({ draft: id, writer: mailbox, fingerprint, letters: sendable }, campaign, now)
      return true
    }
    return { letters, queue }
  }

  /** Whether the writer's own text has a withheld name. Such a letter is not sent. */
  #namesWithheld(settings: Settings, campaign: Campaign, { sentence, name, place = '' }: LetterDraft): boolean {
    const secret = settings.withheldNames[campaign.slug] ?? []
    const withheld = listWithheldNames(campaign.people, this.#delivery.listPeople(), secret)
    return findWithheldNames([sentence, name, place].join('\n'), withheld).length > 0
  }

  /** The running counts of confirmed writers. */
  counts(): WriterCounts {
    return this.#writers.counts()
  }

  /** Writers who agreed to be named on the sheet that is handed over. */
  async listSignatures(): Promise<WriterSignatures> {
    const { env, slug } = this.#context
    if (this.#writers.counts().confirmed === 0) return { signatures: [], unreadable: 0 } // before the first action `slug` throws
    const found = await listSignatures(env, await requireSettings(env), slug(), this.#writers)
    const noticed = this.#context.db.entry('unreadable-signatures', z.int()) // so that each is counted once
    const fresh = found.unreadable - (noticed.get() ?? 0)
    if (fresh !== 0) noticed.put(found.unreadable)
    if (fresh > 0) await raiseNotice(env, { kind: 'signatures-unreadable', subject: slug(), count: fresh })
    return found
  }

  /** The people without a mail of each loop: receipts, writer updates, mails to moderators. */
  skips(): Record<string, SkipCounts> {
    return this.#skipped.counts()
  }

  /** How many writers each writer update has reached. */
  told(): NewsProgress[] {
    return this.#updates.told()
  }

  /** Withdraws a writer's consent to writer updates. `writer` is the fingerprint of their mailbox. */
  async stopUpdates(writer: string): Promise<void> {
    const { env, slug } = this.#context
    await stopUpdates(await requireSettings(env), slug(), this.#writers, writer)
  }

  /** What is stored about a writer, by the fingerprint of their address: consents, and the letter until its receipt. */
  async findPersonal(fingerprint: string): Promise<WriterConsent & { letter?: ConfirmedDraft | 'unreadable' }> {
    const [consenting] = this.#writers.listConsents(fingerprint)
    const [waiting] = this.#writers.listAwaitingReceipt(fingerprint)
    if (consenting === undefined && waiting === undefined) return {}
    const { keys } = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const consent = consenting && (await openConsent(keys, slug, consenting.draft, consenting.consent))
    if (waiting === undefined) return { ...consent }
    const letter = await openConfirmedDraft(keys, slug, waiting.draft, waiting.confirmedDraft)
    return { ...consent, letter: letter ?? 'unreadable' }
  }

  /** Starts a writer update. `requestedBy`: the organiser, if a second one has to approve; else null. */
  startUpdate(
    campaign: Campaign,
    about: UpdateTopic,
    requestedBy: string | null = null,
  ): Promise<WriterUpdateProgress> {
    return this.#updates.start(campaign, about, Date.now(), requestedBy)
  }

  /** Deletes a writer's confirmed draft and consents, by the fingerprint of their address or mailbox. */
  erase(fingerprint: string): void {
    this.#writers.erase(fingerprint)
  }

  /** Sends receipts and writer updates, deletes what has expired. Returns when to go on (epoch ms), or null when nothing waits. */
  async work(tick: Tick): Promise<number | null> {
    const { now, settings, campaign, retention } = tick
    this.drafts.deleteExpired(now)
    const { env } = this.#context
    const deps = { env, settings, writers: this.#writers, delivery: this.#delivery, skipped: this.#skipped, now }
    const receipts =
      campaign === null ? { more: false, at: null } : await this.#receipts.work(deps, campaign, retention.personalEnded)
    const moreTexts = retention.personalEnded && !receipts.more && this.#writers.dropPersonal()
    if (retention.recordsEnded) for (const state of [this.drafts, this.#writers, this.#skipped]) state.clear()
    const updates = await this.#updates.work(tick) // last: a failure here must not keep personal data from being deleted
    return earliest([
      receipts.at,
      updates,
      this.drafts.nextExpiry(),
      moreTexts ? now : null,
      this.#writers.counts().confirmed > 0 ? now + DAY_MS : null, // to find that the campaign or its retention has ended
    ])
  }
}

/** The fingerprint of a writer's mailbox. */
async function mailboxOfWriter({ fingerprint }: Settings, { email }: LetterDraft): Promise<string> {
  const address = normaliseAddress(email)
  if (!address.ok) throw new Error('the draft contains an invalid address')
  return fingerprint(mailboxOf(address.value))
}

/** The letters and the writer that a confirmed draft becomes, sealed. */
async function sealConfirmation(settings: Settings, campaign: Campaign, id: string, draft: LetterDraft) {
  const { keys } = settings
  const { slug } = campaign
  const address = normaliseAddress(draft.email)
  if (!address.ok) throw new Error('the draft contains an invalid address')
  const given = consentOf(draft)
  const [letters, confirmedDraft, consent, writer, fingerprint] = await Promise.all([
    sealLetters(settings, campaign, id, draft),
    sealConfirmedDraft(keys, slug, id, { ...draft, letters: lettersText(campaign, draft, settings.publicUrl) }),
    given && sealConsent(keys, slug, id, given),
    settings.fingerprint(mailboxOf(address.value)),
    settings.fingerprint(address.value),
  ])
  return { letters, draft: id, writer, fingerprint, confirmedDraft, consent, country: draft.country ?? '' }
}
