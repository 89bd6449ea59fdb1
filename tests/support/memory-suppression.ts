import type { Settings } from '../../src/env.ts'
import { Database } from '../../src/storage/database.ts'
import { CHANGES_PER_PAGE } from '../../src/supporter-list/recent-changes.ts'
import { supporterStore, writeOnce } from '../../src/supporter-list/store.ts'
import type { Supporter } from '../../src/supporter-list/supporter.ts'
import type { SuppressionReason, SuppressionRecord } from '../../src/suppression/suppression-rules.ts'
import { type AdmittedRecord, SUPPRESSION_STEPS, SuppressionStore } from '../../src/suppression/suppression-store.ts'
import { type ListWriting, writeListChanges } from '../../src/suppression/write-list-changes.ts'
import { NodeStorage } from './node-storage.ts'

/** The suppression object in memory. Its alarm runs after each change; `alarm` runs it later, `crash` makes a new instance. */
export class MemorySuppression {
  readonly storage = new NodeStorage()
  store = new SuppressionStore(new Database(this.storage.host, SUPPRESSION_STEPS))
  readonly #writing: ListWriting
  #holdUntil = 0

  constructor(
    settings: Settings,
    kv: KVNamespace,
    sayGoodbye: (one: Supporter, leftAt: number, locale: string) => Promise<void>,
  ) {
    const store = supporterStore(kv, settings, writeOnce)
    const onDeparture = async (one: Supporter, leftAt: number, goodbye: string | null) => {
      if (goodbye !== null) await sayGoodbye(one, leftAt, goodbye)
    }
    this.#writing = { settings, store, onDeparture, now: () => Date.now(), random: () => 0.5 }
  }

  readonly suppressed = {
    get: (fingerprint: string) => this.store.people.find(fingerprint) ?? undefined,
    has: (fingerprint: string) => this.store.people.find(fingerprint) !== null,
    isEmpty: () => Object.keys(this.store.people.counts()).length === 0,
  }
  readonly pausedUntil = (fingerprint: string) => this.store.people.pausedUntil(fingerprint, Date.now())

  /** A new instance on the same storage. */
  crash(): void {
    this.store = new SuppressionStore(new Database(this.storage.host, SUPPRESSION_STEPS))
    this.#holdUntil = 0
  }

  /** When the alarm is due (epoch ms); null if it is not set. */
  nextAlarm(): number | null {
    const next = this.store.changes.nextAt()
    return next === null ? null : Math.max(next, this.#holdUntil)
  }

  /** Runs the alarm if it is due. */
  async alarm(): Promise<void> {
    const next = this.nextAlarm()
    if (next === null || next > Date.now()) return
    this.#holdUntil = (await writeListChanges(this.store.changes, this.#writing)) ?? 0
  }

  async admit(fingerprint: string, linkIssuedAt: number, record?: AdmittedRecord) {
    const outcome = this.store.admit(fingerprint, linkIssuedAt, record)
    await this.alarm()
    return outcome
  }

  async suppress(
    fingerprint: string,
    reason: SuppressionReason,
    now: number,
    goodbye?: string,
  ): Promise<SuppressionRecord | null> {
    const before = this.store.suppress(fingerprint, { reason, since: now }, goodbye)
    await this.alarm()
    return before
  }

  async replaceRecord(fingerprint: string, sealed: string, consentAt: number) {
    const done = this.store.replaceRecord(fingerprint, sealed, consentAt)
    await this.alarm()
    return done
  }

  async pause(fingerprint: string, until: number | null): Promise<void> {
    if (until === null) this.store.people.removePause(fingerprint)
    else if (!this.suppressed.has(fingerprint)) this.store.people.storePause(fingerprint, until)
  }

  async status(fingerprint: string, mailbox?: string) {
    return this.store.statusOf(fingerprint, mailbox, Date.now())
  }

  async recentChanges(after: string, upTo: string) {
    return this.store.changes.between(after, upTo, CHANGES_PER_PAGE)
  }
}
