import { type Campaign, hindranceTo } from '../../campaigns/campaign.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { mailboxOf, normalise } from '../../security/address.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import { type Draft, openDraft, sealDraft, sealKept } from '../drafts/draft.ts'
import { DraftState } from '../drafts/draft-state.ts'
import { namedIn, withheldIn } from '../moderation/withheld-names.ts'
import { earliest, type Look, type Shell } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { type Consent, consentOf, openConsent, sealConsent } from '../writers/consent.ts'
import { type Signature, signaturesOf, withdrawNews } from '../writers/signatures.ts'
import { WriterState } from '../writers/writer-state.ts'
import { type About, News, type Telling } from '../writers/writer-updates.ts'
import { lettersText, sealedLetters } from './letter.ts'
import type { Post } from './letter-delivery.ts'
import type { NewLetter } from './letter-rows.ts'
import { Receipts } from './receipts.ts'

const DAY_MS = 86_400_000

export type Confirmed =
  | { kind: 'confirmed'; targets: string[] } // ids, in the campaign's order
  | { kind: 'already' } // they have written before
  | { kind: 'gone' } // no such draft any more
  | { kind: 'over' } // nothing of this campaign is sent any more

/** Nothing of it is sent, and its writer is told so. */
const heldBack = (letter: NewLetter): NewLetter => ({ ...letter, alone: null, among: null })

/** The letters of a campaign: from the draft to the receipt. */
export class Letters {
  readonly #shell: Shell
  readonly #drafts: DraftState
  readonly #writers: WriterState
  readonly #news: News
  readonly #receipts = new Receipts()
  readonly #post: Post

  constructor(shell: Shell, post: Post) {
    this.#shell = shell
    this.#post = post
    this.#drafts = new DraftState(shell.db, 'draft')
    this.#writers = new WriterState(shell.db)
    this.#news = new News(shell, this.#writers)
  }

  /** Keeps a draft until it is confirmed, or for as long as its link works; null when too many wait. */
  async keep(slug: string, draft: Draft): Promise<string | null> {
    this.#shell.begin(slug)
    const { keys } = await requireSettings(this.#shell.env)
    const id = crypto.randomUUID()
    const kept = this.#drafts.keep({ id, sealed: await sealDraft(keys, slug, id, draft), at: Date.now() })
    if (kept) await this.#shell.wakeBy(Date.now() + LIFETIME_MS.letter + 1) // only to forget it
    return kept ? id : null
  }

  drop(id: string): void {
    this.#drafts.drop(id)
  }

  async draft(id: string): Promise<Draft | 'confirmed' | null> {
    const row = this.#drafts.get(id)
    if (row === undefined) return this.#writers.wasConfirmed(id) ? 'confirmed' : null
    const { keys } = await requireSettings(this.#shell.env)
    return openDraft(keys, this.#shell.slug(), id, row.sealed)
  }

  /** The button behind the link. Pressing twice is once; a second letter of the same mailbox is none. */
  async confirm(id: string): Promise<Confirmed> {
    const row = this.#drafts.get(id)
    if (row === undefined) return this.#writers.wasConfirmed(id) ? { kind: 'already' } : { kind: 'gone' }
    const settings = await requireSettings(this.#shell.env)
    const slug = this.#shell.slug()
    const campaign = await currentCampaign(this.#shell.env, slug)
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || hindranceTo(campaign, now) !== null) return { kind: 'over' }
    const draft = await openDraft(settings.keys, slug, id, row.sealed)
    const address = normalise(draft.email)
    if (!address.ok) throw new Error('a draft holds an address that is none')
    const consented = consentOf(draft)
    const [letters, kept, sealedConsent, writer, fingerprint] = await Promise.all([
      sealedLetters(settings, campaign, id, draft),
      sealKept(settings.keys, slug, id, { ...draft, letters: lettersText(campaign, draft) }),
      consented && sealConsent(settings.keys, slug, id, consented),
      settings.fingerprint(mailboxOf(address.value)),
      settings.fingerprint(address.value),
    ])
    const { country = '' } = draft
    const carried = this.#namesWithheld(settings, campaign, draft) ? letters.map(heldBack) : letters
    const taken = this.#shell.db.transaction(() => {
      this.#drafts.drop(id)
      const one = { writer, fingerprint, draft: id }
      if (!this.#writers.add({ ...one, kept, consented: sealedConsent, country }, now)) return false
      this.#post.take({ ...one, letters: carried }, campaign, now)
      return true
    })
    await this.#shell.wakeBy(now)
    if (!taken) return { kind: 'already' }
    const targets = letters.flatMap(({ desk }) => (desk.kind === 'target' ? [desk.id] : []))
    return { kind: 'confirmed', targets: [...new Set(targets)] }
  }

  /** Whether a writer's own words name somebody who must not be named: nobody reads a letter before it leaves, so it does not. */
  #namesWithheld(settings: Settings, campaign: Campaign, { sentence, name, place = '' }: Draft): boolean {
    const secret = settings.withheldNames[campaign.slug] ?? []
    const withheld = withheldIn(campaign.people, this.#post.peopleBefore(), secret)
    return namedIn([sentence, name, place].join('\n'), withheld).length > 0
  }

  counted(): { confirmed: number; byCountry: Record<string, number>; byDay: Record<string, number> } {
    return {
      confirmed: this.#writers.count(),
      byCountry: this.#writers.countBy('country'),
      byDay: this.#writers.countBy('day'),
    }
  }

  /** Who may be shown on the sheet that is handed over. */
  async signatures(): Promise<Signature[]> {
    const { env, slug } = this.#shell
    if (this.#writers.count() === 0) return [] // there may be no campaign's object yet, but for who asks
    return signaturesOf(env, await requireSettings(env), slug(), this.#writers)
  }

  /** A writer wants no more news of the case. */
  async refuseNews(writer: string): Promise<void> {
    const { env, slug } = this.#shell
    await withdrawNews(await requireSettings(env), slug(), this.#writers, writer)
  }

  /** What is kept about somebody beyond that they have written, by the fingerprint of their address. */
  async keptOf(fingerprint: string): Promise<Consent | null> {
    const [row] = this.#writers.consentOf(fingerprint)
    if (row === undefined) return null
    const { keys } = await requireSettings(this.#shell.env)
    return openConsent(keys, this.#shell.slug(), row.draft, row.consented)
  }

  tell(campaign: Campaign, about: About): Promise<Telling> {
    return this.#news.tell(campaign, about, Date.now())
  }

  /** Somebody has had themselves erased. */
  forget(fingerprint: string): void {
    this.#writers.forget(fingerprint)
  }

  /** Tells who waits for it. Answers when to go on, or null when there is nothing left to wait for. */
  async work(look: Look): Promise<number | null> {
    const { now, settings, campaign, life } = look
    this.#drafts.dropBefore(now - LIFETIME_MS.letter)
    const world = { env: this.#shell.env, settings, writers: this.#writers, post: this.#post }
    const receipts =
      campaign === null ? { more: false, at: null } : await this.#receipts.work(world, campaign, life.personalEnded)
    if (life.personalEnded && !receipts.more) this.#writers.dropPersonal()
    if (life.recordsEnded) for (const state of [this.#drafts, this.#writers]) state.clear()
    const news = await this.#news.work(look) // last: whatever keeps it from being told, the above is done
    const oldest = this.#drafts.oldestAt()
    return earliest([
      receipts.at,
      news,
      oldest === null ? null : oldest + LIFETIME_MS.letter + 1,
      this.#writers.count() > 0 ? now + DAY_MS : null, // looks whether the campaign has ended, or its time of keeping has
    ])
  }
}
