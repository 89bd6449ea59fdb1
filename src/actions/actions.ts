import { DurableObject } from 'cloudflare:workers'
import { type Campaign, hindranceTo } from '../campaigns/campaign.ts'
import { type Numbers, tellNumbers } from '../campaigns/numbers.ts'
import type { Bindings } from '../dispatch/bindings.ts'
import { currentCampaign } from '../dispatch/current.ts'
import { Doubts } from '../dispatch/doubts.ts'
import { isNameWithdrawn } from '../dispatch/hindrance.ts'
import { ENVELOPE_DAYS, LEDGER_DAYS } from '../dispatch/lane-state.ts'
import { senderOf } from '../dispatch/sender.ts'
import { requireSettings, type Settings } from '../env.ts'
import { type Address, mailboxOf, normalise } from '../security/address.ts'
import { LIFETIME_MS } from '../security/token.ts'
import { desksOf, isOver, type Recipients, recipientsOf } from './desks.ts'
import { type Draft, openDraft, sealDraft, sealKept } from './draft.ts'
import { lettersFrom, lettersText, placeOfLetter, sealLetter } from './letter.ts'
import { sendLetters } from './letter-send.ts'
import { LetterState } from './letter-state.ts'
import { tellWriters } from './telling.ts'

const DAY_MS = 86_400_000
/** Milliseconds one alarm works before it lets others have the object, and calls it makes: as a lane. */
const SLICE_MS = 20_000
const SLICE_CALLS = 40
/** Milliseconds after which an alarm that failed, or that has to wait for a person, looks again. */
const AFTER_FAILURE_MS = 15_000
const AFTER_STOP_MS = 15 * 60_000

export type Confirmed =
  | { kind: 'confirmed'; targets: string[] } // ids, in the campaign's order
  | { kind: 'already' } // they have written before
  | { kind: 'gone' } // no such draft any more
  | { kind: 'over' } // nothing of this campaign is sent any more

export type ActionsReport = {
  numbers: Numbers
  byCountry: Record<string, number>
  byDay: Record<string, number>
  stopped: Array<{ target: string; reason: string }>
  waitingFor?: string // what a person has to put right before anything more is sent
  uncertain: Array<{ id: number; generation: number; target: string; reason: string; attemptedAt: number }>
}

/** What people do in one campaign: their drafts, their letters, and the honest count. A shell: it parses, calls and maps. */
export class Actions extends DurableObject<Bindings> {
  readonly #state: LetterState
  readonly #doubts = new Doubts()
  #waitingFor: string | undefined
  #changes = 0 // of the campaign, as far as this instance was told

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    this.#state = new LetterState(ctx.storage)
  }

  /** Keeps a draft until it is confirmed, or for as long as its link works; null when too many wait. */
  async keep(slug: string, draft: Draft): Promise<string | null> {
    if (this.ctx.storage.kv.get('slug') === undefined) this.ctx.storage.kv.put('slug', slug)
    const { keys } = await requireSettings(this.env)
    const id = crypto.randomUUID()
    const kept = this.#state.keepDraft({ id, sealed: await sealDraft(keys, slug, id, draft), at: Date.now() })
    if (kept) await this.wake()
    return kept ? id : null
  }

  drop(id: string): void {
    this.#state.dropDraft(id)
  }

  async draft(id: string): Promise<Draft | 'confirmed' | null> {
    const row = this.#state.draft(id)
    if (row === undefined) return this.#state.wasConfirmed(id) ? 'confirmed' : null
    const { keys } = await requireSettings(this.env)
    return openDraft(keys, this.#slug(), id, row.sealed)
  }

  /** The button behind the link. Pressing twice is once; a second letter of the same mailbox is none. */
  async confirm(id: string): Promise<Confirmed> {
    const row = this.#state.draft(id)
    if (row === undefined) return this.#state.wasConfirmed(id) ? { kind: 'already' } : { kind: 'gone' }
    const settings = await requireSettings(this.env)
    const slug = this.#slug()
    const campaign = await currentCampaign(this.env, slug)
    const now = Date.now()
    if (campaign === null || isOver(campaign, now) || hindranceTo(campaign, now) !== null) return { kind: 'over' }
    const draft = await openDraft(settings.keys, slug, id, row.sealed)
    const address = normalise(draft.email)
    if (!address.ok) throw new Error('a draft holds an address that is none')
    const desks = desksOf(campaign)
    const made = await Promise.all(
      lettersFrom(campaign, draft, senderOf(settings), now).map(async ({ target, address, letter }) => ({
        target,
        address,
        recipient: await settings.fingerprint(letter.to as Address),
        sealed: await sealLetter(settings.keys, placeOfLetter(slug, id, target, address), letter),
        desk: desks.get(target) ?? {},
      })),
    )
    const kept = await sealKept(settings.keys, slug, id, { ...draft, letters: lettersText(campaign, draft) })
    const [writer, fingerprint] = await Promise.all([
      settings.fingerprint(mailboxOf(address.value)),
      settings.fingerprint(address.value),
    ])
    const taken = this.#state.admit(
      {
        draft: id,
        writer,
        fingerprint,
        kept,
        country: draft.country ?? '',
        revision: campaign.revision,
        people: JSON.stringify(campaign.people),
        letters: made,
      },
      now,
      Math.random,
    )
    await this.ctx.storage.setAlarm(now)
    if (taken === 0) return { kind: 'already' }
    return { kind: 'confirmed', targets: [...new Set(made.map(({ target }) => target))] }
  }

  report(): ActionsReport {
    const waitingFor = this.#waitingFor
    return {
      numbers: this.#numbers(),
      byCountry: this.#state.writersBy('country'),
      byDay: this.#state.writersBy('day'),
      stopped: this.#state.stopped(),
      ...(waitingFor !== undefined && { waitingFor }),
      uncertain: [...this.#state.ledger.uncertain()].map(({ id, generation, locale, reason, firstAttemptAt }) => ({
        id,
        generation,
        target: locale,
        reason,
        attemptedAt: firstAttemptAt,
      })),
    }
  }

  async resolve(
    asked: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    const done = this.#state.resolve(asked, decision, Date.now())
    await this.ctx.storage.setAlarm(Date.now())
    return done
  }

  /** The campaign has changed: what may not be sent any more is let go at once. A slice that is under way ends before its next call. */
  async lookAgain(): Promise<void> {
    this.#changes++
    if (this.ctx.storage.kv.get('slug') !== undefined) await this.ctx.storage.setAlarm(Date.now())
  }

  /** Sets an alarm that is missing, or whose time has passed without it. */
  async wake(): Promise<void> {
    if (this.ctx.storage.kv.get<string>('slug') === undefined) return
    const at = await this.ctx.storage.getAlarm()
    if (at === null || at < Date.now()) await this.ctx.storage.setAlarm(Date.now())
  }

  override async alarm(): Promise<void> {
    let next: number | null
    try {
      next = await this.#work()
    } catch (error) {
      console.error('actions', this.#slug(), error instanceof Error ? error.message : String(error))
      next = Date.now() + AFTER_FAILURE_MS // never left to the platform's six retries
    }
    const asked = await this.ctx.storage.getAlarm() // by whoever confirmed meanwhile
    const times = [next, asked].filter((time) => time !== null)
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times))
  }

  /** Answers when to go on, or null when there is nothing left to wait for. */
  async #work(): Promise<number | null> {
    const now = Date.now()
    const settings = await requireSettings(this.env)
    const campaign = await currentCampaign(this.env, this.#slug())
    this.#state.dropDraftsBefore(now - LIFETIME_MS.letter)
    this.#letGo(await recipientsOf(settings, campaign), campaign, now)
    const next = campaign === null ? null : await this.#send(settings, campaign)
    const more = campaign !== null && (await tellWriters(this.env, settings, this.#state, campaign))
    await this.#publish()
    if (more) return Date.now()
    const oldest = this.#state.oldestDraftAt()
    const times = [
      next,
      oldest === null ? null : oldest + LIFETIME_MS.letter + 1,
      this.#state.writers() > 0 ? now + DAY_MS : null, // looks whether the campaign has ended, or its time of keeping has
    ].filter((time) => time !== null)
    return times.length === 0 ? null : Math.min(...times)
  }

  /**
   * What may not be sent any more is let go: all of a campaign that is over; letters to whoever is no target any more, or that name
   * somebody who is withdrawn. Thirty days after nothing may be sent what is personal goes, and after its time the ledger.
   */
  #letGo(recipients: Recipients, campaign: Campaign | null, now: number): void {
    const { kv } = this.ctx.storage
    const over = campaign === null || isOver(campaign, now)
    if (over) this.#state.cancel()
    else if (kv.get('checked') !== campaign.revision) {
      this.#state.keepOnly(recipients)
      for (const { revision, people } of this.#state.revisions())
        if (isNameWithdrawn({ ...campaign, people: JSON.parse(people) }, campaign)) this.#state.cancel(revision)
      kv.put('checked', campaign.revision)
    }
    if (!over && hindranceTo(campaign, now) === null) {
      if (kv.get('still') !== undefined) kv.delete('still')
      return
    }
    const since = kv.get<number>('still') ?? now
    if (since === now) kv.put('still', since)
    if (now < since + ENVELOPE_DAYS * DAY_MS) return
    this.#state.cancel()
    this.#state.dropPersonal()
    if (now >= since + LEDGER_DAYS * DAY_MS) this.#state.clear()
  }

  /** Answers when to go on, or null when nothing waits. */
  async #send(settings: Settings, campaign: Campaign): Promise<number | null> {
    const until = Date.now() + SLICE_MS
    const changes = this.#changes
    let calls = 0
    const mayGoOn = () => Date.now() < until && calls < SLICE_CALLS && changes === this.#changes
    while (mayGoOn()) {
      this.#state.retime(desksOf(campaign), Date.now(), Math.random)
      const end = await sendLetters({
        env: this.env,
        settings,
        campaign,
        state: this.#state,
        doubts: this.#doubts,
        mayGoOn,
        hindrance: () => {
          const now = Date.now()
          const kind = isOver(campaign, now) ? 'over' : hindranceTo(campaign, now)
          return kind === null ? null : { kind, detail: 'the campaign may not be sent now' }
        },
        calling: () => {
          calls++
        },
      })
      this.#waitingFor = end.kind === 'stopped' ? end.reason.detail : undefined
      if (end.kind === 'done') return null
      if (end.kind === 'later') return end.at
      if (end.kind === 'stopped') return Date.now() + AFTER_STOP_MS
    }
    return Date.now()
  }

  /** For the campaign's page, when they have changed; nothing once everything was forgotten, so that the last ones stand. */
  async #publish(): Promise<void> {
    const { kv } = this.ctx.storage
    const numbers = this.#numbers()
    const written = JSON.stringify(numbers)
    if (numbers.confirmed === 0 || kv.get('told') === written) return
    try {
      await tellNumbers(this.env.CONTENT, this.#slug(), numbers)
      kv.put('told', written)
    } catch {
      // KV takes one write a second of a key: the next alarm tells it.
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS)
    }
  }

  #numbers(): Numbers {
    const { planned: _, suppressed, ...counts } = this.#state.ledger.counts().counts
    return { confirmed: this.#state.writers(), ...counts, cancelled: counts.cancelled + suppressed }
  }

  #slug(): string {
    const slug = this.ctx.storage.kv.get<string>('slug')
    if (slug === undefined) throw new Error('nobody has written in this campaign')
    return slug
  }
}
