import * as z from 'zod'
import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import { isNameWithdrawn } from '../../campaigns/naming.ts'
import { bodyHashOf } from '../../delivery/batch.ts'
import { type Counts, noCounts } from '../../delivery/counts.ts'
import type { PauseReason } from '../../delivery/pause-reason.ts'
import type { RecipientStatus } from '../../delivery/recipient-statuses.ts'
import { sendStream } from '../../delivery/send-stream.ts'
import { SliceBudget } from '../../delivery/slice-budget.ts'
import { SuspectedRefusals } from '../../delivery/suspected-refusals.ts'
import type { Settings } from '../../env.ts'
import type { StoredEntry } from '../../storage/database.ts'
import { selectTransport } from '../../transports/select-transport.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { RevisionState } from '../revision-state.ts'
import { type AddresseeKind, addresseesOf, kindOf, recipientsOf } from './addressees.ts'
import { findBounced } from './bounced-recipients.ts'
import type { LetterRow, WrittenLetters } from './letter-rows.ts'
import { letterStream } from './letter-send.ts'
import { LetterState } from './letter-state.ts'

/** Milliseconds after which an alarm that has to wait for a person looks again. */
const AFTER_STOP_MS = 15 * 60_000

/** A mail of which nobody knows whether it arrived. `target` is its addressee; `bodyHash` finds it in a provider's record of calls. */
export type UncertainMail = {
  id: number
  generation: number
  target: string
  people: number // whose words it carries
  reason: string
  attemptedAt: number // epoch ms
  bodyHash: string // SHA-256 of the call's body, hex
}

export type DeliveryReport = {
  stopped: Array<{ target: string; reason: string }>
  waitingFor?: string // what a person has to put right before anything more is sent
  uncertain: UncertainMail[]
}

/** Carries what people wrote in a campaign to whom it is for, each mail exactly once: letters, copies, messages of support. */
export class LetterDelivery {
  readonly #context: ObjectContext
  readonly #state: LetterState
  readonly #revisions: RevisionState
  readonly #checked: StoredEntry<string> // the revision for which what waits was last looked through
  readonly #suspected = new SuspectedRefusals()
  #waitingFor: string | undefined
  #withdrawals = 0 // how often copies were stopped or words taken back, as far as this instance was told

  constructor(context: ObjectContext) {
    this.#context = context
    this.#state = new LetterState(context.db)
    this.#revisions = new RevisionState(context.db)
    this.#checked = context.db.entry('checked-revision', z.string())
  }

  /** Within the caller's transaction: what one person wrote, for the campaign as it is. The caller wakes the object. */
  enqueue(written: Omit<WrittenLetters, 'revision'>, campaign: Campaign, now: number): void {
    this.#revisions.store(campaign)
    // A revision may have been published, and looked at, while this was made for the one before.
    if (this.#checked.get() !== campaign.revision) this.#checkAgain()
    this.#state.insert({ ...written, revision: campaign.revision }, now, Math.random)
  }

  /** What waits is looked through once more for what may not be sent. */
  #checkAgain(): void {
    this.#checked.delete()
  }

  /** Whoever gets copies wants no more of them. A slice that is under way ends before its next call. */
  stopCopies(recipient: string): void {
    this.#withdrawals++
    this.#state.stopCopies(recipient)
  }

  /** Somebody has had themselves erased, by the fingerprint of their address. A slice that is under way ends before its next call. */
  erase(fingerprint: string): void {
    this.#withdrawals++
    this.#state.erase(fingerprint)
  }

  async resolve(
    mails: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
  ): Promise<number[]> {
    const done = this.#state.resolve(mails, decision, Date.now())
    this.#checkAgain()
    await this.#context.wakeBy(Date.now())
    return done
  }

  report(): DeliveryReport {
    const waitingFor = this.#waitingFor
    return {
      stopped: this.#state.schedule.stopped(),
      ...(waitingFor !== undefined && { waitingFor }),
      uncertain: [...this.#state.ledger.uncertain()].map((head) => ({
        id: head.id,
        generation: head.generation,
        target: head.group,
        people: head.statuses.size,
        reason: head.reason,
        attemptedAt: head.firstAttemptAt,
        bodyHash: bodyHashOf(head),
      })),
    }
  }

  /** Of one kind of addressee: letters, copies or messages, each counted once for every address it goes to. */
  counts(kind: AddresseeKind): Counts {
    const sum = noCounts()
    for (const [addressee, counts] of Object.entries(this.#state.ledger.counts().perGroup))
      if (kindOf(addressee) === kind)
        for (const name of Object.keys(sum) as Array<keyof Counts>) sum[name] += counts[name]
    const held = this.#state.countHeld(kind)
    return { ...sum, planned: sum.planned + held, waiting: sum.waiting + held }
  }

  /** How a writer's letters stand, each with its status in the ledger; null while it is held for a mail with others. */
  lettersOf(writer: string): Array<{ target: string; revision: string; status: RecipientStatus | null }> {
    return this.#state.rows.toTargets(writer).map((row) => this.#toLetterStatus(row))
  }

  /** Those of the given writers of whose letters to targets one has not come to an end, as `LetterState` tells. */
  openAmong(writers: readonly string[], atLast: boolean): Set<string> {
    return this.#state.openAmong(writers, atLast)
  }

  #toLetterStatus({ addressee, revision, batch, position }: LetterRow) {
    const head = batch === 0 ? undefined : this.#state.ledger.head(batch)
    return { target: addressee, revision, status: head?.statuses.at(position) ?? null }
  }

  /** How the campaign named people in every revision that was written for. */
  listPeople(): Array<Campaign['people']> {
    return this.#revisions.all().map(({ people }) => people)
  }

  campaignOf(revision: string): Campaign {
    return this.#revisions.get(revision)
  }

  stoppedTargets(): ReadonlySet<string> {
    return new Set(this.#state.schedule.stopped().map(({ target }) => target))
  }

  /** Sends what is due. Answers when to go on, or null when nothing waits. */
  async work(tick: Tick): Promise<number | null> {
    const { settings, campaign, retention } = tick
    await this.#cancelUnsendable(tick)
    const next = campaign === null ? null : await this.#send(settings, campaign)
    this.#state.dropSettledEntries()
    if (retention.recordsEnded) for (const state of [this.#state, this.#revisions]) state.clear()
    return next
  }

  /**
   * What may not be sent any more is let go: all of a campaign that is over; mails to whoever is not written to any more, to mailboxes
   * that a provider has called dead since, or that name somebody who is withdrawn. After its time goes what is personal.
   */
  async #cancelUnsendable({ settings, campaign, retention }: Tick): Promise<void> {
    if (campaign === null || retention.over) this.#state.cancel()
    else {
      const recipients = await recipientsOf(settings, campaign)
      if (this.#checked.get() !== campaign.revision) {
        this.#state.cancelExcept(recipients)
        for (const frozen of this.#revisions.all())
          if (isNameWithdrawn(frozen, campaign)) this.#state.cancel(frozen.revision)
        this.#checked.put(campaign.revision)
      }
      for (const { addressee, recipient, reason } of await findBounced(this.#context.env, recipients))
        this.#state.recordBounce(addressee, recipient, reason)
    }
    if (!retention.personalEnded) return
    this.#state.cancel()
    this.#state.dropPersonal()
  }

  async #send(settings: Settings, campaign: Campaign): Promise<number | null> {
    const { env } = this.#context
    const state = this.#state
    const addressees = addresseesOf(campaign)
    const budget = new SliceBudget(Date.now())
    const changes = () => this.#context.changes() + this.#withdrawals
    const seen = changes()
    const isUnchanged = () => seen === changes()
    const stream = letterStream({
      env,
      settings,
      slug: this.#context.slug(),
      state,
      revisions: this.#revisions,
      addressees,
    })
    while (isUnchanged() && budget.isLeft(Date.now())) {
      state.createDigests(addressees, Date.now(), Math.random)
      state.reschedule(addressees, Date.now(), Math.random)
      const end = await sendStream(env, stream, {
        transports: [selectTransport(settings, env, 'transactional')],
        request: { who: `letters/${this.#context.slug()}` },
        budget,
        mayGoOn: isUnchanged,
        blockedBy: () => blockedBy(campaign, Date.now()),
        suspected: this.#suspected,
      })
      this.#waitingFor = end.kind === 'stopped' ? end.reason.detail : undefined
      const digestAt = state.nextDigestAt(addressees)
      if (end.kind === 'done') return digestAt
      if (end.kind === 'later') return earliest([end.at, digestAt])
      if (end.kind === 'stopped') return Date.now() + AFTER_STOP_MS
    }
    return Date.now()
  }
}

function blockedBy(campaign: Campaign, now: number): PauseReason | null {
  const kind = isOver(campaign, now) ? 'over' : campaignBlockedBy(campaign, now)
  return kind === null ? null : { kind, detail: 'the campaign may not be sent now' }
}
