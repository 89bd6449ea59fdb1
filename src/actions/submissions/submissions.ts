import { type Campaign, hindranceTo } from '../../campaigns/campaign.ts'
import type { Numbers } from '../../campaigns/counters.ts'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { mailboxOf, normalise } from '../../security/address.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import { DraftState } from '../drafts/draft-state.ts'
import type { Post } from '../letters/letter-delivery.ts'
import type { NewLetter } from '../letters/letter-rows.ts'
import { isAcceptable, itemFor, type ModerationItem } from '../moderation/moderation.ts'
import { tellModerators } from '../moderation/moderators.ts'
import { namedIn, type Withheld, withheldIn } from '../moderation/withheld-names.ts'
import { earliest, type Look, type Shell } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { markOf } from './content-hash.ts'
import { showVoices } from './publish-submissions.ts'
import {
  openVoice,
  openVoiceDraft,
  type Reply,
  sealVoice,
  sealVoiceDraft,
  type Voice,
  type VoiceDraft,
  wordsIn,
} from './submission.ts'
import { messagesFrom } from './submission-delivery.ts'
import { type Refusal, type VoiceRow, type VoiceStanding, VoiceState } from './submission-state.ts'

const DAY_MS = 86_400_000

export type VoiceConfirmed = { kind: 'confirmed' | 'already' | 'gone' | 'over' }

export type Decided =
  | { kind: 'decided'; standing: 'accepted' | 'refused' }
  | { kind: 'before'; standing: 'accepted' | 'refused' } // somebody decided before: this stands
  | { kind: 'named'; who: string[] } // it names somebody who must not be named, and can only be refused
  | { kind: 'over' } // nothing of its kind is delivered or shown now, so it can only be refused
  | { kind: 'unreadable' } // its key is not in KEYRING
  | { kind: 'gone' }

export type VoicesReport = Record<string, Partial<Record<VoiceStanding, number>>>

/** What people say to the workers and beside them: messages of support, endorsements, targets' replies. */
export class Voices {
  readonly #shell: Shell
  readonly #drafts: DraftState
  readonly #state: VoiceState
  readonly #post: Post

  constructor(shell: Shell, post: Post) {
    this.#shell = shell
    this.#post = post
    this.#drafts = new DraftState(shell.db, 'voice_draft')
    this.#state = new VoiceState(shell.db)
  }

  /** As for letters: null when too many wait. */
  async keep(slug: string, draft: VoiceDraft): Promise<string | null> {
    this.#shell.begin(slug)
    const { keys } = await requireSettings(this.#shell.env)
    const id = crypto.randomUUID()
    const kept = this.#drafts.keep({ id, sealed: await sealVoiceDraft(keys, slug, id, draft), at: Date.now() })
    if (kept) await this.#shell.wakeBy(Date.now() + LIFETIME_MS.voice + 1) // only to forget it
    return kept ? id : null
  }

  drop(id: string): void {
    this.#drafts.drop(id)
  }

  async draft(id: string): Promise<VoiceDraft | 'confirmed' | null> {
    const row = this.#drafts.get(id)
    if (row === undefined) return this.#state.voice(id) === undefined ? null : 'confirmed'
    const { keys } = await requireSettings(this.#shell.env)
    return openVoiceDraft(keys, this.#shell.slug(), id, row.sealed)
  }

  /** The button behind the link. From here on it waits for a moderator, and the address it came from is forgotten. */
  async confirm(id: string): Promise<VoiceConfirmed> {
    const row = this.#drafts.get(id)
    if (row === undefined) return { kind: this.#state.voice(id) === undefined ? 'gone' : 'already' }
    const settings = await requireSettings(this.#shell.env)
    const slug = this.#shell.slug()
    const campaign = await currentCampaign(this.#shell.env, slug)
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || hindranceTo(campaign, now) !== null) return { kind: 'over' }
    const draft = await openVoiceDraft(settings.keys, slug, id, row.sealed)
    const { mailbox, fingerprint } = await authorOf(settings, draft)
    const taken = await this.#admit(settings, campaign, { id, author: mailbox, fingerprint, said: draft.voice, now })
    return { kind: taken ? 'confirmed' : 'already' }
  }

  /** A target's reply, brought in by an organiser. The same one again is the one that is there. */
  async reply(slug: string, said: Reply): Promise<{ id: string; standing: VoiceStanding } | null> {
    const campaign = await currentCampaign(this.#shell.env, slug)
    if (campaign === null || campaign.targets.every(({ id }) => id !== said.target)) return null
    this.#shell.begin(slug)
    const settings = await requireSettings(this.#shell.env)
    const author = await markOf(settings.keys, JSON.stringify(said))
    const id = crypto.randomUUID()
    await this.#admit(settings, campaign, { id, author, fingerprint: '', said, now: Date.now() })
    const row = this.#state.byAuthor('reply', author)
    return row === undefined ? null : { id: row.id, standing: row.standing }
  }

  async #admit(
    settings: Settings,
    campaign: Campaign,
    { id, author, fingerprint, said, now }: Admitting,
  ): Promise<boolean> {
    const one = {
      id,
      kind: said.kind,
      author,
      fingerprint,
      sealed: await sealVoice(settings.keys, campaign.slug, id, said),
      mark: await markOf(settings.keys, wordsIn(said)),
      country: said.kind === 'reply' ? '' : (said.country ?? ''),
      shown: said.kind !== 'support' || said.shown,
      at: now,
    }
    const taken = this.#shell.db.transaction(() => {
      this.#drafts.drop(id)
      this.#state.notePeople(campaign)
      return this.#state.admit(one)
    })
    await this.#shell.wakeBy(now)
    return taken
  }

  /** What waits for a moderator, the oldest first, so many at most. */
  async pending(most: number): Promise<ModerationItem[]> {
    return this.#items(this.#state.pending(most))
  }

  /** One that waits, or how it was decided; null when there is none. */
  async look(id: string): Promise<ModerationItem | VoiceStanding | null> {
    const row = this.#state.voice(id)
    if (row === undefined) return null
    if (row.standing !== 'pending') return row.standing
    const [item = null] = await this.#items([row])
    return item
  }

  /** The oldest that waits besides this one. */
  next(id: string): string | null {
    return this.#state.pending(2).find((row) => row.id !== id)?.id ?? null
  }

  /** Who decides first decides. `by` is kept beside it: a token's name or a moderator's fingerprint. */
  async decide(id: string, decision: 'accept' | 'refuse', by: string, reason?: Refusal): Promise<Decided> {
    const row = this.#state.voice(id)
    if (row === undefined) return { kind: 'gone' }
    if (row.standing !== 'pending') return { kind: 'before', standing: row.standing }
    const accepted = decision === 'accept' ? await this.#accept(row) : null
    if (accepted !== null && 'kind' in accepted) return accepted
    const now = Date.now()
    const decided = this.#shell.db.transaction(() => {
      const first = this.#state.decide(id, accepted === null ? 'refused' : 'accepted', by, reason)
      const { author, fingerprint } = row
      if (first && accepted !== null && accepted.letters.length > 0)
        this.#post.take({ draft: id, writer: author, fingerprint, letters: accepted.letters }, accepted.campaign, now)
      return first
    })
    await this.#shell.wakeBy(now)
    const stands = this.#state.voice(id)?.standing
    if (stands === undefined || stands === 'pending') return { kind: 'gone' } // erased meanwhile
    return { kind: decided ? 'decided' : 'before', standing: stands }
  }

  /** What accepting it would send to the workers, or why it cannot be accepted. */
  async #accept({ id, kind, sealed }: VoiceRow): Promise<{ campaign: Campaign; letters: NewLetter[] } | Decided> {
    const settings = await requireSettings(this.#shell.env)
    const slug = this.#shell.slug()
    const campaign = await currentCampaign(this.#shell.env, slug)
    if (campaign === null || sealed === null || !isAcceptable(kind, campaign, Date.now())) return { kind: 'over' }
    const said = await openVoice(settings.keys, slug, id, sealed)
    if (said === null) return { kind: 'unreadable' }
    const who = namedIn(wordsIn(said), this.#withheld(settings, campaign))
    if (who.length > 0) return { kind: 'named', who }
    if (said.kind !== 'support') return { campaign, letters: [] }
    return { campaign, letters: await messagesFrom(settings, campaign, id, said) }
  }

  report(): VoicesReport {
    const report: VoicesReport = {}
    for (const { kind, standing, n } of this.#state.counts()) report[kind] = { ...report[kind], [standing]: n }
    return report
  }

  numbers(): Pick<Numbers, 'support' | 'endorsements'> {
    const { support, endorsement } = this.report()
    return { support: support?.accepted ?? 0, endorsements: endorsement?.accepted ?? 0 }
  }

  /** What somebody has said, as far as it is still kept, by the fingerprint of their address. */
  async keptOf(fingerprint: string): Promise<Voice[]> {
    const rows = this.#state.ofPerson(fingerprint)
    if (rows.length === 0) return []
    const { keys } = await requireSettings(this.#shell.env)
    const slug = this.#shell.slug()
    const opened = await Promise.all(rows.map(({ id, sealed }) => openVoice(keys, slug, id, sealed ?? '')))
    return opened.filter((said) => said !== null)
  }

  /** Somebody has had themselves erased: what they have said here goes, whatever became of it. */
  async forget(fingerprint: string): Promise<void> {
    if (this.#state.forget(fingerprint) > 0) await this.#shell.wakeBy(Date.now())
  }

  /** Answers when to go on, or null when there is nothing left to wait for. */
  async work(look: Look): Promise<number | null> {
    const { now, settings, campaign, life } = look
    this.#drafts.dropBefore(now - LIFETIME_MS.voice)
    if (life.personalEnded) this.#state.dropPersonal()
    if (life.recordsEnded) for (const state of [this.#drafts, this.#state]) state.clear()
    const some = !this.#state.isEmpty()
    if (some && campaign !== null) this.#state.notePeople(campaign)
    const shell = this.#shell
    const shown = await showVoices(shell, this.#state, look, this.#withheld(settings, campaign))
    const told = campaign === null ? null : await tellModerators(shell, settings, this.#state, campaign, now)
    const oldest = this.#drafts.oldestAt()
    return earliest([
      shown,
      told,
      oldest === null ? null : oldest + LIFETIME_MS.voice + 1,
      some ? now + DAY_MS : null, // looks whether the campaign has ended, or somebody is to be named no more
    ])
  }

  #withheld(settings: Settings, campaign: Campaign | null): Withheld[] {
    return withheldIn(campaign?.people ?? [], this.#state.people(), settings.withheldNames[this.#shell.slug()] ?? [])
  }

  async #items(rows: readonly VoiceRow[]): Promise<ModerationItem[]> {
    if (rows.length === 0) return []
    const settings = await requireSettings(this.#shell.env)
    const slug = this.#shell.slug()
    const campaign = await currentCampaign(this.#shell.env, slug)
    const withheld = this.#withheld(settings, campaign)
    return Promise.all(
      rows.map(async (row) =>
        itemFor(slug, row, row.sealed === null ? null : await openVoice(settings.keys, slug, row.id, row.sealed), {
          withheld,
          repeated: this.#state.isRepeated(row),
          acceptable: campaign !== null && isAcceptable(row.kind, campaign, Date.now()),
        }),
      ),
    )
  }
}

type Admitting = { id: string; author: string; fingerprint: string; said: Voice; now: number }

async function authorOf({ fingerprint }: Settings, { email }: VoiceDraft) {
  const address = normalise(email)
  if (!address.ok) throw new Error('a draft holds an address that is none')
  return { mailbox: await fingerprint(mailboxOf(address.value)), fingerprint: await fingerprint(address.value) }
}
