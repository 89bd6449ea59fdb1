import { DurableObject } from 'cloudflare:workers'
import { Database } from '../storage/database.ts'
import type { LastCount } from '../supporter-list/rationed-count.ts'
import { CHANGES_PER_PAGE, type RecentChange } from '../supporter-list/recent-changes.ts'
import { writeDueChanges } from './list-writing.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { AdmissionOutcome, SuppressionReason } from './suppression-rules.ts'
import {
  type AdmittedRecord,
  type RecordReplacement,
  SUPPRESSION_STEPS,
  type SuppressionStatus,
  SuppressionStore,
} from './suppression-store.ts'
import type { SuppressedPerson } from './suppression-table.ts'

/**
 * Durable Object that knows which fingerprints must not get mail, and what has just changed on the supporter list. Every send checks it
 * first. Neither is read from KV, because KV may be minutes behind. Its alarm writes the changes to KV until KV has them.
 */
export class Suppression extends DurableObject<Env> {
  readonly #store: SuppressionStore
  #holdUntil = 0 // KV refuses everything until then (epoch ms)

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#store = new SuppressionStore(new Database(ctx, SUPPRESSION_STEPS))
  }

  /** The given fingerprints that are suppressed or paused. */
  suppressedAmong(fingerprints: string[]): string[] {
    return this.#store.people.suppressedOrPaused(fingerprints, Date.now())
  }

  /**
   * Splits fingerprints into suppressed (`left`), recently confirmed by a link (`admitted`), and those with a record that KV may not show
   * yet (`changing`). Paused people are in none.
   */
  membership(fingerprints: string[]): { left: string[]; admitted: string[]; changing: string[] } {
    const { people, admissions, changes } = this.#store
    const [left, admitted] = [people.suppressed(fingerprints), admissions.among(fingerprints)]
    return { left, admitted, changing: changes.among(fingerprints) }
  }

  /** Suppressions of the given fingerprints; those that are not suppressed are absent. */
  recordsOf(fingerprints: string[]): SuppressedPerson[] {
    return this.#store.people.recordsOf(fingerprints)
  }

  /**
   * Suppresses a person and removes them from the list. Returns the earlier suppression, or null if there was none. `now` in epoch ms.
   * `goodbye`: language of the goodbye mail.
   */
  async suppress(fingerprint: string, reason: SuppressionReason, now: number, goodbye?: string) {
    const before = this.#store.suppress(fingerprint, { reason, since: now }, goodbye)
    await this.wake()
    return before
  }

  /** Applies provider events, as of `SuppressionStore`. */
  async record(events: ProviderEvent[], now: number): Promise<void> {
    this.#store.recordEvents(events, now)
    await this.wake()
  }

  /** Admits the person of a confirmation link issued at `linkIssuedAt` (epoch ms), lifts an earlier suppression, stores the record. */
  async admit(fingerprint: string, linkIssuedAt: number, record?: AdmittedRecord): Promise<AdmissionOutcome> {
    const outcome = this.#store.admit(fingerprint, linkIssuedAt, record)
    await this.wake()
    return outcome
  }

  /** Replaces a supporter's record; `consentAt` (epoch ms) is when its consent was given. */
  async replaceRecord(fingerprint: string, sealed: string, consentAt: number): Promise<RecordReplacement> {
    const done = this.#store.replaceRecord(fingerprint, sealed, consentAt)
    await this.wake()
    return done
  }

  /** Recent changes of fingerprints above `after` and up to `upTo`, in order, at most CHANGES_PER_PAGE. */
  recentChanges(after: string, upTo: string): RecentChange[] {
    return this.#store.changes.between(after, upTo, CHANGES_PER_PAGE)
  }

  /** Writes recent changes of these people to KV again, after something else wrote their records. */
  async repeatChanges(fingerprints: string[]): Promise<void> {
    this.#store.changes.repeat(fingerprints, Date.now())
    await this.wake()
  }

  /** Pauses mail until a time (epoch ms); null ends the pause. No effect on suppressed people. */
  pause(fingerprint: string, until: number | null): void {
    const { people } = this.#store
    if (until === null) people.removePause(fingerprint)
    else if (people.find(fingerprint) === null) people.storePause(fingerprint, until)
  }

  /**
   * A person's suppression, if any, and the end of their pause (epoch ms). With `mailbox`, the fingerprint of their mailbox, also until
   * when it gets no confirmations. `record`: the sealed record that KV may not show yet.
   */
  status(fingerprint: string, mailbox?: string): SuppressionStatus & { record?: string } {
    return this.#store.statusOf(fingerprint, mailbox, Date.now())
  }

  /** Stops confirmations that strangers can ask for, to this mailbox, for a year; or ends the stop. Returns until when (epoch ms). */
  stopConfirmations(mailbox: string, stop: boolean): number | null {
    if (stop) this.#store.noMore.store(mailbox, Date.now())
    else this.#store.noMore.remove(mailbox)
    return this.confirmationsStoppedUntil(mailbox)
  }

  /** Until when a mailbox gets no confirmations (epoch ms), or null. */
  confirmationsStoppedUntil(mailbox: string): number | null {
    return this.#store.noMore.until(mailbox, Date.now()) ?? null
  }

  /** Number of suppressed people by reason. */
  counts(): Record<string, number> {
    return this.#store.people.counts()
  }

  /** The last count of supporters, or null. `counted` replaces it. */
  lastCount(counted?: LastCount): LastCount | null {
    if (counted !== undefined) this.#store.lastCount.put(counted)
    return this.#store.lastCount.get() ?? null
  }

  /** Deletes what has ended, and sets the alarm if changes wait for KV and it is not set early enough. */
  async wake(): Promise<void> {
    this.#store.dropEnded(Date.now())
    const next = this.#store.changes.nextAt()
    if (next === null) return
    const at = Math.max(next, this.#holdUntil)
    const set = await this.ctx.storage.getAlarm()
    if (set === null || set > at) await this.ctx.storage.setAlarm(at)
  }

  override async alarm(): Promise<void> {
    this.#holdUntil = await writeDueChanges(this.env, this.#store)
    await this.wake()
  }
}
