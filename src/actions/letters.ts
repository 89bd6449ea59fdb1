import { RpcTarget } from 'cloudflare:workers'
import { type Campaign, hindranceTo } from '../campaigns/campaign.ts'
import type { Numbers } from '../campaigns/numbers.ts'
import { currentCampaign } from '../dispatch/current.ts'
import { Doubts } from '../dispatch/doubts.ts'
import { isNameWithdrawn } from '../dispatch/hindrance.ts'
import { senderOf } from '../dispatch/sender.ts'
import { requireSettings, type Settings } from '../env.ts'
import { type Address, mailboxOf, normalise } from '../security/address.ts'
import { LIFETIME_MS } from '../security/token.ts'
import { desksOf, recipientsOf } from './desks.ts'
import { type Draft, openDraft, sealDraft, sealKept } from './draft.ts'
import { lettersFrom, lettersText, placeOfLetter, sealLetter } from './letter.ts'
import { sendLetters } from './letter-send.ts'
import { LetterState } from './letter-state.ts'
import { isOver } from './life.ts'
import { earliest, type Look, type Shell } from './shell.ts'
import { tellWriters } from './telling.ts'

const DAY_MS = 86_400_000
/** Milliseconds one alarm works before it lets others have the object, and calls it makes: as a lane. */
const SLICE_MS = 20_000
const SLICE_CALLS = 40
/** Milliseconds after which an alarm that has to wait for a person looks again. */
const AFTER_STOP_MS = 15 * 60_000

export type Confirmed =
  | { kind: 'confirmed'; targets: string[] } // ids, in the campaign's order
  | { kind: 'already' } // they have written before
  | { kind: 'gone' } // no such draft any more
  | { kind: 'over' } // nothing of this campaign is sent any more

export type LettersReport = {
  numbers: Numbers
  byCountry: Record<string, number>
  byDay: Record<string, number>
  stopped: Array<{ target: string; reason: string }>
  waitingFor?: string // what a person has to put right before anything more is sent
  uncertain: Array<{ id: number; generation: number; target: string; reason: string; attemptedAt: number }>
}

/** The letters of a campaign: from the draft to the receipt. */
export class Letters extends RpcTarget {
  readonly #shell: Shell
  readonly #state: LetterState
  readonly #doubts = new Doubts()
  #waitingFor: string | undefined

  constructor(shell: Shell) {
    super()
    this.#shell = shell
    this.#state = new LetterState(shell.storage)
  }

  /** Keeps a draft until it is confirmed, or for as long as its link works; null when too many wait. */
  async keep(slug: string, draft: Draft): Promise<string | null> {
    this.#shell.begin(slug)
    const { keys } = await requireSettings(this.#shell.env)
    const id = crypto.randomUUID()
    const kept = this.#state.keepDraft({ id, sealed: await sealDraft(keys, slug, id, draft), at: Date.now() })
    if (kept) await this.#shell.wakeBy(Date.now())
    return kept ? id : null
  }

  drop(id: string): void {
    this.#state.dropDraft(id)
  }

  async draft(id: string): Promise<Draft | 'confirmed' | null> {
    const row = this.#state.draft(id)
    if (row === undefined) return this.#state.wasConfirmed(id) ? 'confirmed' : null
    const { keys } = await requireSettings(this.#shell.env)
    return openDraft(keys, this.#shell.slug(), id, row.sealed)
  }

  /** The button behind the link. Pressing twice is once; a second letter of the same mailbox is none. */
  async confirm(id: string): Promise<Confirmed> {
    const row = this.#state.draft(id)
    if (row === undefined) return this.#state.wasConfirmed(id) ? { kind: 'already' } : { kind: 'gone' }
    const settings = await requireSettings(this.#shell.env)
    const slug = this.#shell.slug()
    const campaign = await currentCampaign(this.#shell.env, slug)
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
    await this.#shell.wakeBy(now)
    if (taken === 0) return { kind: 'already' }
    return { kind: 'confirmed', targets: [...new Set(made.map(({ target }) => target))] }
  }

  report(): LettersReport {
    const waitingFor = this.#waitingFor
    return {
      numbers: this.numbers(),
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
    await this.#shell.wakeBy(Date.now())
    return done
  }

  numbers(): Numbers {
    const { planned: _, suppressed, ...counts } = this.#state.ledger.counts().counts
    return { confirmed: this.#state.writers(), ...counts, cancelled: counts.cancelled + suppressed }
  }

  /** Sends what is due and tells who waits for it. Answers when to go on, or null when there is nothing left to wait for. */
  async work(look: Look): Promise<number | null> {
    const { now, settings, campaign } = look
    this.#state.dropDraftsBefore(now - LIFETIME_MS.letter)
    await this.#letGo(look)
    const next = campaign === null ? null : await this.#send(settings, campaign)
    const more = campaign !== null && (await tellWriters(this.#shell.env, settings, this.#state, campaign))
    if (more) return Date.now()
    const oldest = this.#state.oldestDraftAt()
    return earliest([
      next,
      oldest === null ? null : oldest + LIFETIME_MS.letter + 1,
      this.#state.writers() > 0 ? now + DAY_MS : null, // looks whether the campaign has ended, or its time of keeping has
    ])
  }

  /**
   * What may not be sent any more is let go: all of a campaign that is over; letters to whoever is no target any more, or that name
   * somebody who is withdrawn. Then what is personal goes, and after its time the ledger.
   */
  async #letGo({ settings, campaign, life }: Look): Promise<void> {
    const { kv } = this.#shell.storage
    if (campaign === null || life.over) this.#state.cancel()
    else if (kv.get('checked') !== campaign.revision) {
      this.#state.keepOnly(await recipientsOf(settings, campaign))
      for (const { revision, people } of this.#state.revisions())
        if (isNameWithdrawn({ ...campaign, people: JSON.parse(people) }, campaign)) this.#state.cancel(revision)
      kv.put('checked', campaign.revision)
    }
    if (life.personalEnded) {
      this.#state.cancel()
      this.#state.dropPersonal()
    }
    if (life.recordsEnded) this.#state.clear()
  }

  /** Answers when to go on, or null when nothing waits. */
  async #send(settings: Settings, campaign: Campaign): Promise<number | null> {
    const until = Date.now() + SLICE_MS
    const changes = this.#shell.changes()
    let calls = 0
    const mayGoOn = () => Date.now() < until && calls < SLICE_CALLS && changes === this.#shell.changes()
    while (mayGoOn()) {
      this.#state.retime(desksOf(campaign), Date.now(), Math.random)
      const end = await sendLetters({
        env: this.#shell.env,
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
}
