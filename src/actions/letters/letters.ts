import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import { type LetterDraft, openLetterDraft, sealConfirmedDraft, sealLetterDraft } from '../drafts/draft.ts'
import { DraftState } from '../drafts/draft-state.ts'
import { findWithheldNames, listWithheldNames } from '../moderation/withheld-names.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { consentOf, openConsent, sealConsent, type WriterConsent } from '../writers/consent.ts'
import { listSignatures, stopUpdates, type WriterSignature } from '../writers/signatures.ts'
import { WriterState } from '../writers/writer-state.ts'
import { type UpdateTopic, type WriterUpdateProgress, WriterUpdates } from '../writers/writer-updates.ts'
import { lettersText, sealLetters } from './letter.ts'
import type { LetterDelivery } from './letter-delivery.ts'
import type { NewLetter } from './letter-rows.ts'
import { Receipts } from './receipts.ts'

const DAY_MS = 86_400_000

export type LetterConfirmation =
  | { kind: 'confirmed'; targets: string[] } // ids, in the campaign's order
  | { kind: 'already' } // they have written before
  | { kind: 'gone' } // no such draft any more
  | { kind: 'over' } // nothing of this campaign is sent any more

/** Nothing of it is sent, and its writer is told so. */
const withhold = (letter: NewLetter): NewLetter => ({ ...letter, alone: null, among: null })

/** The letters of a campaign: from the draft to the receipt. */
export class Letters {
  readonly #context: ObjectContext
  readonly #drafts: DraftState
  readonly #writers: WriterState
  readonly #updates: WriterUpdates
  readonly #receipts = new Receipts()
  readonly #delivery: LetterDelivery

  constructor(context: ObjectContext, post: LetterDelivery) {
    this.#context = context
    this.#delivery = post
    this.#drafts = new DraftState(context.db, 'letter_draft')
    this.#writers = new WriterState(context.db)
    this.#updates = new WriterUpdates(context, this.#writers)
  }

  /** Keeps a draft until it is confirmed, or for as long as its link works; null when too many wait. */
  async storeDraft(slug: string, draft: LetterDraft): Promise<string | null> {
    this.#context.begin(slug)
    const { keys } = await requireSettings(this.#context.env)
    const id = crypto.randomUUID()
    const kept = this.#drafts.insert({ id, sealed: await sealLetterDraft(keys, slug, id, draft), at: Date.now() })
    if (kept) await this.#context.wakeBy(Date.now() + LIFETIME_MS.letter + 1) // only to forget it
    return kept ? id : null
  }

  deleteDraft(id: string): void {
    this.#drafts.delete(id)
  }

  async draft(id: string): Promise<LetterDraft | 'confirmed' | null> {
    const row = this.#drafts.find(id)
    if (row === undefined) return this.#writers.wasConfirmed(id) ? 'confirmed' : null
    const { keys } = await requireSettings(this.#context.env)
    return openLetterDraft(keys, this.#context.slug(), id, row.sealed)
  }

  /** The button behind the link. Pressing twice is once; a second letter of the same mailbox is none. */
  async confirm(id: string): Promise<LetterConfirmation> {
    const row = this.#drafts.find(id)
    if (row === undefined) return this.#writers.wasConfirmed(id) ? { kind: 'already' } : { kind: 'gone' }
    const settings = await requireSettings(this.#context.env)
    const slug = this.#context.slug()
    const campaign = await currentCampaign(this.#context.env, slug)
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || campaignBlockedBy(campaign, now) !== null) return { kind: 'over' }
    const draft = await openLetterDraft(settings.keys, slug, id, row.sealed)
    const address = normaliseAddress(draft.email)
    if (!address.ok) throw new Error('a draft holds an address that is none')
    const consented = consentOf(draft)
    const [letters, kept, sealedConsent, writer, fingerprint] = await Promise.all([
      sealLetters(settings, campaign, id, draft),
      sealConfirmedDraft(settings.keys, slug, id, { ...draft, letters: lettersText(campaign, draft) }),
      consented && sealConsent(settings.keys, slug, id, consented),
      settings.fingerprint(mailboxOf(address.value)),
      settings.fingerprint(address.value),
    ])
    const { country = '' } = draft
    const carried = this.#namesWithheld(settings, campaign, draft) ? letters.map(withhold) : letters
    const taken = this.#context.db.transaction(() => {
      this.#drafts.delete(id)
      const one = { writer, fingerprint, draft: id }
      if (!this.#writers.add({ ...one, confirmedDraft: kept, consent: sealedConsent, country }, now)) return false
      this.#delivery.enqueue({ ...one, letters: carried }, campaign, now)
      return true
    })
    await this.#context.wakeBy(now)
    if (!taken) return { kind: 'already' }
    const targets = letters.flatMap(({ addressee }) => (addressee.kind === 'target' ? [addressee.id] : []))
    return { kind: 'confirmed', targets: [...new Set(targets)] }
  }

  /** Whether a writer's own words name somebody who must not be named: nobody reads a letter before it leaves, so it does not. */
  #namesWithheld(settings: Settings, campaign: Campaign, { sentence, name, place = '' }: LetterDraft): boolean {
    const secret = settings.withheldNames[campaign.slug] ?? []
    const withheld = listWithheldNames(campaign.people, this.#delivery.listPeople(), secret)
    return findWithheldNames([sentence, name, place].join('\n'), withheld).length > 0
  }

  counts(): { confirmed: number; byCountry: Record<string, number>; byDay: Record<string, number> } {
    return {
      confirmed: this.#writers.count(),
      byCountry: this.#writers.countBy('country'),
      byDay: this.#writers.countBy('day'),
    }
  }

  /** Who may be shown on the sheet that is handed over. */
  async listSignatures(): Promise<WriterSignature[]> {
    const { env, slug } = this.#context
    if (this.#writers.count() === 0) return [] // there may be no campaign's object yet, but for who asks
    return listSignatures(env, await requireSettings(env), slug(), this.#writers)
  }

  /** A writer wants no more news of the case. */
  async stopUpdates(writer: string): Promise<void> {
    const { env, slug } = this.#context
    await stopUpdates(await requireSettings(env), slug(), this.#writers, writer)
  }

  /** What is kept about somebody beyond that they have written, by the fingerprint of their address. */
  async findConsent(fingerprint: string): Promise<WriterConsent | null> {
    const [row] = this.#writers.listConsents(fingerprint)
    if (row === undefined) return null
    const { keys } = await requireSettings(this.#context.env)
    return openConsent(keys, this.#context.slug(), row.draft, row.consent)
  }

  startUpdate(campaign: Campaign, about: UpdateTopic): Promise<WriterUpdateProgress> {
    return this.#updates.start(campaign, about, Date.now())
  }

  /** Somebody has had themselves erased. */
  erase(fingerprint: string): void {
    this.#writers.erase(fingerprint)
  }

  /** Tells who waits for it. Answers when to go on, or null when there is nothing left to wait for. */
  async work(tick: Tick): Promise<number | null> {
    const { now, settings, campaign, retention } = tick
    this.#drafts.deleteBefore(now - LIFETIME_MS.letter)
    const deps = { env: this.#context.env, settings, writers: this.#writers, delivery: this.#delivery }
    const receipts =
      campaign === null ? { more: false, at: null } : await this.#receipts.work(deps, campaign, retention.personalEnded)
    if (retention.personalEnded && !receipts.more) this.#writers.dropPersonal()
    if (retention.recordsEnded) for (const state of [this.#drafts, this.#writers]) state.clear()
    const news = await this.#updates.work(tick) // last: whatever keeps it from being told, the above is done
    const oldest = this.#drafts.oldestAt()
    return earliest([
      receipts.at,
      news,
      oldest === null ? null : oldest + LIFETIME_MS.letter + 1,
      this.#writers.count() > 0 ? now + DAY_MS : null, // looks whether the campaign has ended, or its time of keeping has
    ])
  }
}
