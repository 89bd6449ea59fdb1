import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { ADMISSIONS_TABLE, Admissions } from './admissions.ts'
import type { ProviderEvent } from './provider-event.ts'
import {
  emptyHistory,
  limitReachedAt,
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
import { SUPPRESSION_TABLES, SuppressionTable } from './suppression-table.ts'

export const SUPPRESSION_STEPS: readonly MigrationStep[] = [
  {
    name: 'suppressed people, pauses, admissions, soft bounces',
    run: ({ sql }) => sql.exec(`${SUPPRESSION_TABLES}; ${ADMISSIONS_TABLE}; ${SOFT_BOUNCES_TABLE}`),
  },
]

/** Changes to a person that concern several tables: suppressions, pauses, admissions and soft bounces. */
export class SuppressionStore {
  readonly people: SuppressionTable
  readonly admissions: Admissions
  readonly #db: Database
  readonly #soft: SoftBounces

  constructor(db: Database) {
    this.#db = db
    this.people = new SuppressionTable(db)
    this.admissions = new Admissions(db)
    this.#soft = new SoftBounces(db)
  }

  /** Merges a suppression with the stored one, which is returned; null if there was none. */
  suppress(fingerprint: string, record: SuppressionRecord): SuppressionRecord | null {
    const before = this.people.find(fingerprint)
    this.#replace(fingerprint, mergeSuppressions(before, record))
    return before
  }

  /** Admits the person of a confirmation link, and lifts an earlier suppression, unless that or a newer link forbids it. */
  admit(fingerprint: string, linkIssuedAt: number): AdmissionOutcome {
    const outcome = admissionOf(this.people.find(fingerprint), this.admissions.askedAt(fingerprint), linkIssuedAt)
    if (outcome === 'first')
      this.#db.transaction(() => {
        this.#soft.remove(fingerprint)
        this.admissions.store(fingerprint, linkIssuedAt)
        this.people.remove(fingerprint)
      })
    return outcome
  }

  /**
   * Applies provider events; repeating or reordering them changes nothing. Returns fingerprints of people who complained or
   * unsubscribed and have not signed up since.
   */
  recordEvents(events: readonly ProviderEvent[], now: number): string[] {
    return this.#db.transaction(() => {
      for (const event of events) if (isRecentDelivery(event, now)) this.#recordDelivery(event)
      const unsubscribed = new Set<string>()
      for (const event of events) {
        const { fingerprint, at } = event
        const effect = eventEffect(event, this.admissions.askedAt(fingerprint), now)
        if (effect === 'soft-bounce') this.#recordSoftBounce(event)
        else if (effect !== null) this.#recordSuppression(fingerprint, { reason: effect, since: at })
        if (effect === 'complained' || effect === 'unsubscribed') unsubscribed.add(fingerprint)
      }
      return [...unsubscribed]
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
