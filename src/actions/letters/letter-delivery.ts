import * as z from 'zod'
import { type Campaign, campaignBlockedBy } from '../../campaigns/campaign.ts'
import type { TargetWish, WishesByTarget } from '../../campaigns/counters.ts'
import { isNameWithdrawn } from '../../campaigns/withdrawn-names.ts'
import { type BatchAtGeneration, type OpenCall, openCallsOf } from '../../delivery/batch.ts'
import { type Counts, noCounts } from '../../delivery/counts.ts'
import type { PauseReason } from '../../delivery/pause-reason.ts'
import type { RecipientStatus } from '../../delivery/recipient-statuses.ts'
import { SuspectedRefusals } from '../../delivery/refusals/suspected-refusals.ts'
import { COUNTED_AS_NOT_SENT } from '../../delivery/resolve-batches.ts'
import { sendStream } from '../../delivery/send-stream.ts'
import { SliceBudget } from '../../delivery/slice-budget.ts'
import type { Settings } from '../../env.ts'
import type { UncertainDecision } from '../../events/domain-event.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import type { StoredEntry } from '../../storage/database.ts'
import { selectTransport } from '../../transports/select-transport.ts'
import { earliest, type ObjectContext, type Tick } from '../object-context.ts'
import { isOver } from '../retention.ts'
import { RevisionState } from '../revision-state.ts'
import { type AddresseeKind, addresseesOf, kindOf, recipientsOf } from './addressees.ts'
import { findBounced } from './bounced-recipients.ts'
import {
  cancelAllButSupport,
  cancelExcept,
  cancelLetters,
  recordBounce,
  recordWish,
  stopCopies,
} from './cancel-letters.ts'
import { type DeliveryReport, deliveryReportOf } from './delivery-report.ts'
import { createDigests, nextDigestAt } from './digests.ts'
import { noticeChanges } from './letter-notices.ts'
import type { LetterRow, WrittenLetters } from './letter-rows.ts'
import { letterStream } from './letter-send.ts'
import { LetterState } from './letter-state.ts'
import { rescheduleMissed } from './reschedule-letters.ts'
import { wishesByTarget } from './wishes/wishes-by-target.ts'

/** Milliseconds until the next try while sending waits for a person. */
const AFTER_STOP_MS = 15 * MINUTE_MS

/** A writer's letter to one address of a target. */
export type WrittenLetter = {
  target: string
  revision: string
  at: number
  status: RecipientStatus | 'not-sent' | null
}

/** Sends a campaign's letters, copies and messages of support, each mail exactly once. */
export class LetterDelivery {
  readonly #context: ObjectContext
  readonly #state: LetterState
  readonly #revisions: RevisionState
  readonly #checked: StoredEntry<string> // the revision for which waiting letters were last checked
  readonly #suspected = new SuspectedRefusals()
  #waitingFor: string | undefined
  #withdrawals = 0 // number of stopped copies and erasures since this instance started; a slice ends when it grows

  constructor(context: ObjectContext) {
    this.#context = context
    this.#state = new LetterState(context.db)
    this.#revisions = new RevisionState(context.db)
    this.#checked = context.db.entry('checked', z.string())
  }

  /** Stores one writer's letters within the caller's transaction. The caller must then wake the object. */
  enqueue(written: Omit<WrittenLetters, 'revision'>, campaign: Campaign, now: number): void {
    this.#revisions.store(campaign)
    // A newer revision may have been published and checked while these letters were made for an older one.
    if (this.#checked.get() !== campaign.revision) this.#checkAgain()
    this.#state.insert({ ...written, revision: campaign.revision }, now, Math.random)
  }

  /** Makes the next alarm check all waiting letters again for what may no longer be sent. */
  #checkAgain(): void {
    this.#checked.delete()
  }

  /** Stops copies to an address, by its fingerprint. A slice of sending ends before its next call. */
  stopCopies(recipient: string): void {
    this.#withdrawals++
    stopCopies(this.#state, recipient)
  }

  /**
   * Does what the reader at a target asks for, by a link in a letter, and tells organisers. `recipient` is the fingerprint of the address.
   * A slice of sending ends before its next call.
   */
  async setWish(target: string, recipient: string, wish: TargetWish): Promise<TargetWish> {
    this.#withdrawals++
    if (!recordWish(this.#state, target, recipient, wish)) return this.#state.wishes.of(recipient) ?? wish
    const kind = wish === 'digest' ? 'target-wants-digest' : 'target-left-office'
    await raiseNotice(this.#context.env, { kind, subject: this.#context.slug(), detail: target })
    await this.#context.wakeBy(Date.now())
    return wish
  }

  /** Forgets what readers at this target have asked for. Returns how many wishes there were. */
  async reopen(target: string): Promise<number> {
    const dropped = this.#state.wishes.drop(target)
    if (dropped > 0) await this.#context.wakeBy(Date.now()) // to change the page
    return dropped
  }

  /** What pages say of the campaign's targets. */
  wishes(settings: Settings, campaign: Campaign): Promise<WishesByTarget> {
    return wishesByTarget(this.#state, settings, campaign)
  }

  /**
   * Takes a person out of all mails that have not left, by fingerprint. A slice of sending ends before its next call. False while a call
   * with such a mail is under way.
   */
  erase(fingerprint: string): boolean {
    this.#withdrawals++
    return this.#state.erase(fingerprint)
  }

  /** Applies an organiser's decision about uncertain mails. Returns the ids that it applied to. */
  async resolve(mails: BatchAtGeneration[], decision: UncertainDecision): Promise<number[]> {
    const done = this.#state.resolve(mails, decision, Date.now())
    this.#checkAgain()
    await this.#context.wakeBy(Date.now())
    return done
  }

  /** Calls that are under way. */
  openCalls(): OpenCall[] {
    return openCallsOf(this.#state.ledger)
  }

  report(): DeliveryReport {
    return deliveryReportOf(this.#state, this.#waitingFor)
  }

  /** Counts of one kind of addressee: letters, copies or messages, each counted once per address. Held ones count as waiting. */
  counts(kind: AddresseeKind): Counts {
    const sum = noCounts()
    for (const [addressee, counts] of Object.entries(this.#state.ledger.counts().perGroup))
      if (kindOf(addressee) === kind)
        for (const name of Object.keys(sum) as Array<keyof Counts>) sum[name] += counts[name]
    const held = this.#state.rows.countHeld(kind)
    return { ...sum, planned: sum.planned + held, waiting: sum.waiting + held }
  }

  /**
   * A writer's letters to targets, each with its status in the ledger: null while it is held for a digest, `not-sent` if an organiser
   * found that the provider did not take it. `at`: the first call with it, epoch ms.
   */
  lettersOf(writer: string): WrittenLetter[] {
    return this.#state.rows.toTargets(writer).map((row) => this.#toLetterStatus(row))
  }

  #toLetterStatus({ addressee, revision, batch, position, date }: LetterRow): WrittenLetter {
    const head = batch === 0 ? undefined : this.#state.ledger.head(batch)
    const status = head?.statuses.at(position) ?? null
    const isNotSent = status === 'cancelled' && head?.reason === COUNTED_AS_NOT_SENT
    const at = head?.firstAttemptAt || date
    return { target: addressee, revision, at, status: isNotSent ? 'not-sent' : status }
  }

  /** The people of every revision that letters were written for. */
  listPeople(): Array<Campaign['people']> {
    return this.#revisions.all().map(({ people }) => people)
  }

  /** @throws Error when no letter was written for that revision */
  campaignOf(revision: string): Campaign {
    return this.#revisions.get(revision)
  }

  /** Keys of the addressees that get no more mail. */
  stoppedTargets(): ReadonlySet<string> {
    return new Set([...this.#state.schedule.stopped().map(({ target }) => target), ...this.#state.wishes.left()])
  }

  /** Cancels what may not be sent and sends what is due. Returns when to go on (epoch ms), or null when nothing waits. */
  async work(tick: Tick): Promise<number | null> {
    const { settings, campaign, retention } = tick
    const before = this.report()
    let next: number | null
    try {
      await this.#cancelUnsendable(tick)
      next = campaign === null ? null : await this.#send(settings, campaign, retention.over)
    } finally {
      await noticeChanges(this.#context, before, this.report()) // also after a failure: the next report no longer has this change as new
    }
    if (retention.recordsEnded) for (const state of [this.#state, this.#revisions]) state.clear()
    return next
  }

  /**
   * Cancels what may no longer be sent: everything once the campaign is removed or has expired, and all but messages of support once it is
   * over; mails to removed addresses, to bounced mailboxes, or with a withdrawn name. After retention it also drops all personal texts.
   */
  async #cancelUnsendable({ now, settings, campaign, retention }: Tick): Promise<void> {
    if (campaign === null || campaignBlockedBy(campaign, now) === 'expired') cancelLetters(this.#state)
    else {
      if (retention.over) cancelAllButSupport(this.#state)
      const recipients = await recipientsOf(settings, campaign)
      if (this.#checked.get() !== campaign.revision) {
        cancelExcept(this.#state, recipients)
        for (const frozen of this.#revisions.all())
          if (isNameWithdrawn(frozen, campaign)) cancelLetters(this.#state, frozen.revision)
        this.#checked.put(campaign.revision)
      }
      for (const { addressee, recipient, reason } of await findBounced(this.#context.env, recipients))
        recordBounce(this.#state, addressee, recipient, reason)
    }
    if (!retention.personalEnded) return
    cancelLetters(this.#state)
    this.#state.dropPersonal()
  }

  /**
   * Sends until nothing is due, the slice's budget is used, or the campaign changed. Returns when to go on, or null. `over`: the campaign
   * was over when its letters were cancelled, so that only messages of support wait.
   */
  async #send(settings: Settings, campaign: Campaign, over: boolean): Promise<number | null> {
    const { env } = this.#context
    const state = this.#state
    const addressees = addresseesOf(campaign)
    const budget = new SliceBudget(Date.now())
    const changes = () => this.#context.changes() + this.#withdrawals
    const seen = changes()
    const isUnchanged = () => seen === changes()
    const sending = { env, settings, slug: this.#context.slug(), state, revisions: this.#revisions, addressees }
    const stream = letterStream(sending)
    while (isUnchanged() && budget.isLeft(Date.now())) {
      createDigests(state, addressees, Date.now(), Math.random)
      if (!rescheduleMissed(state, addressees, Date.now(), Math.random)) return Date.now()
      const end = await sendStream(env, stream, {
        transports: [selectTransport(settings, env, 'transactional')],
        request: { who: `letters/${this.#context.slug()}` },
        budget,
        mayGoOn: isUnchanged,
        blockedBy: () => blockedBy(campaign, over, Date.now()),
        suspected: this.#suspected,
      })
      this.#waitingFor = end.kind === 'stopped' ? end.reason.detail : undefined
      const digestAt = nextDigestAt(state, addressees)
      if (end.kind === 'done') return digestAt
      if (end.kind === 'later') return earliest([end.at, digestAt])
      if (end.kind === 'stopped') return Date.now() + AFTER_STOP_MS
    }
    return Date.now()
  }
}

/** Why nothing of the campaign may be sent now, or null. A campaign that ends during a slice waits until its letters are cancelled. */
function blockedBy(campaign: Campaign, wasOver: boolean, now: number): PauseReason | null {
  const kind = campaignBlockedBy(campaign, now) ?? (!wasOver && isOver(campaign, now) ? 'over' : null)
  return kind === null ? null : { kind, detail: 'the campaign does not allow mail now' }
}
