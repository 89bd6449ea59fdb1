import { defined } from '../kit/defined.ts'
import { LIFETIME_MS } from '../security/token.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { type LastCount, lastCountSchema } from '../supporter-list/rationed-count.ts'
import { ADMISSIONS_TABLE, Admissions } from './admissions.ts'
import { LIST_CHANGES_TABLE, ListChanges } from './list-changes.ts'
import { NO_MORE_TABLE, NoMoreTable } from './no-more-table.ts'
import type { ProviderEvent } from './provider-event.ts'
import {
  emptyHistory,
  limitReachedAt,
  SOFT_BOUNCES_BY_TIME,
  SOFT_BOUNCES_TABLE,
  type SoftBounceHistory,
  SoftBounces,
  withBounce,
  withDelivery,
} from './soft-bounces.ts'
import {
  type AdmissionOutcome,
  admissionOf,
  changedSuppression,
  eventEffect,
  isRecentDelivery,
  mergeSuppressions,
  type SuppressionRecord,
} from './suppression-rules.ts'
import { ERASED_TABLE, PAUSED_INDEX, SUPPRESSION_TABLES, SuppressionTable } from './suppression-table.ts'

export const SUPPRESSION_STEPS: readonly MigrationStep[] = [
  {
    name: 'suppressed people, pauses, admissions, soft bounces',
    run: ({ sql }) => sql.exec(`${SUPPRESSION_TABLES}; ${ADMISSIONS_TABLE}; ${SOFT_BOUNCES_TABLE}`),
  },
  { name: 'changes that KV may not have yet', run: ({ sql }) => sql.exec(LIST_CHANGES_TABLE) },
  { name: 'mailboxes that want no confirmations', run: ({ sql }) => sql.exec(NO_MORE_TABLE) },
  {
    name: 'times of pauses and soft bounces',
    run: ({ sql }) => sql.exec(`${PAUSED_INDEX}; ${SOFT_BOUNCES_BY_TIME}`),
  },
  { name: 'when people were erased', run: ({ sql }) => sql.exec(ERASED_TABLE) },
]

/** Result of replacing a supporter's record. */
export type RecordReplacement = 'kept' | 'left' | 'older'

/** A record to store with an admission, sealed for its key in KV. `isSinceOpen`: KV did not say since when the person belongs. */
export type AdmittedRecord = { sealed: string; isSinceOpen: boolean }

/**
 * What is known of a person, with times in epoch ms: a suppression, when they were erased, the end of a pause, and until when the mailbox
 * gets no confirmations.
 */
export type SuppressionStatus = Partial<SuppressionRecord> & {
  erasedAt?: number
  pausedUntil?: number
  noMoreUntil?: number
}

/** Changes to a person that concern several tables: suppressions, pauses, admissions, soft bounces and changes of the list. */
export class SuppressionStore {
  readonly people: SuppressionTable
  readonly admissions: Admissions
  readonly changes: ListChanges
  readonly noMore: NoMoreTable
  readonly #db: Database
  readonly #soft: SoftBounces
  readonly lastCount: StoredEntry<LastCount>

  constructor(db: Database) {
    this.#db = db
    this.people = new SuppressionTable(db)
    this.admissions = new Admissions(db)
    this.changes = new ListChanges(db)
    this.noMore = new NoMoreTable(db)
    this.#soft = new SoftBounces(db)
    this.lastCount = db.entry('last-count', lastCountSchema)
  }

  /** What is known of a person at `now` (epoch ms). `record`: the sealed record that KV may not show yet. */
  statusOf(fingerprint: string, mailbox: string | undefined, now: number): SuppressionStatus & { record?: string } {
    const pausedUntil = this.people.pausedUntil(fingerprint, now)
    const noMoreUntil = mailbox === undefined ? undefined : this.noMore.until(mailbox, now)
    const record = this.changes.recordOf(fingerprint) ?? undefined
    const erasedAt = this.people.erasedAt(fingerprint)
    return { ...this.people.find(fingerprint), ...defined({ erasedAt, pausedUntil, noMoreUntil, record }) }
  }

  /** Deletes what has ended at `now` (epoch ms): pauses, old soft bounces, refusals of confirmations, links that no longer work. */
  dropEnded(now: number): void {
    this.people.dropEndedPauses(now)
    this.#soft.dropOld(now)
    this.noMore.dropEnded(now)
    this.admissions.dropBefore(now - LIFETIME_MS.confirm)
  }

  /**
   * Merges a suppression with the stored one, which is returned; null if there was none. Whoever left is removed from the list.
   * `goodbye`: language of a goodbye mail, queued if the person was on the list and not suppressed before.
   */
  suppress(fingerprint: string, record: SuppressionRecord, goodbye?: string): SuppressionRecord | null {
    return this.#db.transaction(() => {
      const before = this.people.find(fingerprint)
      this.#replace(fingerprint, mergeSuppressions(before, record))
      if (record.reason === 'erased') this.people.storeErasure(fingerprint, record.since)
      if (record.reason !== 'bounced') this.#leave(fingerprint, before, record, goodbye)
      return before
    })
  }

  #leave(fingerprint: string, before: SuppressionRecord | null, { since }: SuppressionRecord, goodbye?: string) {
    const isFirst = before === null || before.reason === 'bounced'
    const isErased = this.people.erasedAt(fingerprint) !== undefined
    const kind = isErased ? 'erase' : isFirst ? 'leave' : 'leave-again'
    const leftAt = isFirst ? since : before.since
    this.changes.leave(fingerprint, { kind, leftAt, goodbye: before === null ? goodbye : undefined }, Date.now())
  }

  /**
   * Admits the person of a confirmation link, lifts an earlier suppression and stores the record, unless that or a newer link forbids it.
   * The same link used again stores only a record that is missing.
   */
  admit(fingerprint: string, linkIssuedAt: number, record?: AdmittedRecord): AdmissionOutcome {
    const outcome = admissionOf(this.people.find(fingerprint), this.admissions.askedAt(fingerprint), linkIssuedAt)
    this.#db.transaction(() => {
      if (outcome === 'first') {
        this.#soft.remove(fingerprint)
        this.admissions.store(fingerprint, linkIssuedAt)
        this.people.admit(fingerprint)
      }
      const isMissing =
        outcome === 'again' && record?.isSinceOpen === false && this.changes.recordOf(fingerprint) === null
      if (record !== undefined && (outcome === 'first' || isMissing))
        this.changes.add(fingerprint, record.sealed, record.isSinceOpen, Date.now())
    })
    return outcome
  }

  /**
   * Replaces a supporter's record. `left`: they have left; `older`: they have signed up again after `consentAt` (epoch ms), the consent
   * of this record.
   */
  replaceRecord(fingerprint: string, sealed: string, consentAt: number): RecordReplacement {
    if (this.people.find(fingerprint) !== null) return 'left'
    if ((this.admissions.askedAt(fingerprint) ?? 0) > consentAt) return 'older'
    this.changes.add(fingerprint, sealed, false, Date.now())
    return 'kept'
  }

  /**
   * Applies provider events; repeating or reordering them changes nothing. People who complained or unsubscribed, and have not signed up
   * since, are removed from the list.
   */
  recordEvents(events: readonly ProviderEvent[], now: number): void {
    this.#db.transaction(() => {
      for (const event of events) if (isRecentDelivery(event, now)) this.#recordDelivery(event)
      for (const event of events) {
        const { fingerprint, at } = event
        const effect = eventEffect(event, this.admissions.askedAt(fingerprint), now)
        const before = this.people.find(fingerprint)
        if (effect === 'soft-bounce') this.#recordSoftBounce(event)
        else if (effect !== null) this.#recordSuppression(fingerprint, { reason: effect, since: at })
        if (effect === 'complained' || effect === 'unsubscribed')
          this.#leave(fingerprint, before, { reason: effect, since: at })
      }
    })
  }

  #recordSuppression(fingerprint: string, record: SuppressionRecord): void {
    const before = this.#soft.find(fingerprint)?.suppresses ? null : this.people.find(fingerprint)
    const after = changedSuppression(before, record)
    if (after !== null) this.#replace(fingerprint, after)
  }

  /** Counts a soft bounce, unless the person is suppressed for another reason. */
  #recordSoftBounce({ fingerprint, at, id, dispatch }: ProviderEvent): void {
    const known = this.#soft.find(fingerprint)
    if (known?.suppresses !== true && this.people.find(fingerprint) !== null) return
    this.#applySoftBounces(fingerprint, withBounce(known?.history ?? emptyHistory(), { at, id: dispatch ?? id }))
  }

  /** Resets a person's count of soft bounces. */
  #recordDelivery({ fingerprint, at }: ProviderEvent): void {
    const known = this.#soft.find(fingerprint)
    if (known !== null) this.#applySoftBounces(fingerprint, withDelivery(known.history, at))
  }

  /** Suppresses a person with too many consecutive soft bounces; lifts that suppression after a delivery. */
  #applySoftBounces(fingerprint: string, history: SoftBounceHistory): void {
    const since = limitReachedAt(history)
    if (since !== null) this.people.store(fingerprint, { reason: 'bounced', since })
    else if (this.#soft.find(fingerprint)?.suppresses) this.people.remove(fingerprint)
    this.#soft.store(fingerprint, history, since !== null)
  }

  #replace(fingerprint: string, record: SuppressionRecord): void {
    this.#db.transaction(() => {
      this.people.store(fingerprint, record)
      this.people.removePause(fingerprint)
      this.admissions.remove(fingerprint)
      this.#soft.remove(fingerprint)
    })
  }
}
