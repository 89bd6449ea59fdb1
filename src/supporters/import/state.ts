import * as z from 'zod'
import { DAY_MS } from '../../kit/durations.ts'
import type { Database, StoredEntry } from '../../storage/database.ts'
import type { ImportStep } from './apply.ts'
import type { RefusedRow } from './refusals.ts'
import { type QueuedRecord, type StagedRecord, Staging } from './staging.ts'
import { type ImportStatus, importStatus, isOver } from './status.ts'

/** Days for which the report of row numbers and reasons is stored. The transfer log keeps the import itself. */
const REPORT_DAYS = 90

/** When the report of a finished import is deleted (epoch ms). */
export const reportEndsAt = ({ finishedAt }: ImportStatus): number => (finishedAt ?? 0) + REPORT_DAYS * DAY_MS

/** Stored state of an import: its status, its staged rows and its report. */
export class ImportStore {
  readonly staging: Staging
  readonly #db: Database
  readonly #entry: StoredEntry<ImportStatus>
  readonly #recorded: StoredEntry<string>
  #status: ImportStatus | undefined

  constructor(db: Database) {
    this.#db = db
    this.staging = new Staging(db)
    this.#entry = db.entry('status', importStatus)
    this.#recorded = db.entry('recorded', z.string())
    db.keepInSync(() => {
      this.#status = this.#entry.get()
    })
  }

  get status(): ImportStatus | undefined {
    return this.#status
  }

  store(status: ImportStatus): void {
    this.#entry.put(status)
    this.#status = status
  }

  /** Records the start of a step before it writes or sends, so that a restart knows that it may have done so. */
  begin(status: ImportStatus): ImportStatus {
    const begun = { ...status, begun: [...status.begun, Date.now()] }
    this.store(begun)
    return begun
  }

  /** Deletes the rows and report of a part and stores the status. */
  dropPart(part: number, status: ImportStatus): void {
    this.#db.transaction(() => {
      this.staging.dropPart(part)
      this.store(status)
    })
  }

  /** Stores rows and refusals of a part that is still being uploaded. */
  stage(part: number, staged: readonly StagedRecord[], refused: readonly RefusedRow[]): void {
    this.#db.transaction(() => {
      for (const record of staged) this.staging.put(record)
      this.staging.refuse(part, refused)
    })
  }

  /** Deletes the finished buckets below `until` and moves the cursor there. */
  dropBuckets(until: number, status: ImportStatus): void {
    this.#db.transaction(() => {
      this.staging.dropBuckets(until)
      this.store({ ...status, cursor: { from: until, until, done: 0 } })
    })
  }

  /** Stores the result of a step and the progress, with the writes of `also`, in one transaction. */
  settle(step: Pick<ImportStep, 'counts' | 'refused'>, done: number, also: (after: ImportStatus) => void): void {
    const status = this.#status
    if (status === undefined) return
    const { counts, cursor, problem: _, ...rest } = status
    const after: ImportStatus = {
      ...rest,
      counts: {
        people: counts.people,
        imported: counts.imported + step.counts.imported,
        confirming: counts.confirming + step.counts.confirming,
        merged: counts.merged + step.counts.merged,
        refused: counts.refused + step.counts.refused,
      },
      cursor: { ...cursor, done: cursor.done + done },
      begun: [],
      tries: 0,
    }
    this.#db.transaction(() => {
      this.store(after)
      this.staging.refuse(0, step.refused)
      if (!isOver(status)) also(after) // an import cancelled meanwhile needs no further work
    })
  }

  /**
   * Takes a person, at the position `at`, out of a record of confirmations. `again`: the others, or null for none. Who was not asked yet
   * counts as refused.
   */
  eraseWaiting(seq: number, again: QueuedRecord | null, { at, row }: { at: number; row: number }): void {
    const status = this.#status
    if (status === undefined) return
    const { counts, cursor } = status
    const done = this.staging.head()?.seq === seq ? cursor.done : 0
    const wasAsked = at < done
    const after = again === null ? -done : wasAsked ? -1 : 0
    this.#db.transaction(() => {
      if (again === null) this.staging.dropHead(seq)
      else this.staging.replaceQueued(again)
      const refused = counts.refused + (wasAsked ? 0 : 1)
      this.store({ ...status, counts: { ...counts, refused }, cursor: { ...cursor, done: cursor.done + after } })
      if (!wasAsked) this.staging.refuse(0, [{ row, reason: 'left' }])
    })
  }

  /** Counts people who cannot be read as refused, with the writes of `also`, in one transaction. */
  refuseUnreadable(people: number, also: (after: ImportStatus) => void): void {
    const status = this.#status
    if (status === undefined) return
    const { counts, unreadable = 0 } = status
    const after = {
      ...status,
      unreadable: unreadable + people,
      counts: { ...counts, refused: counts.refused + people },
    }
    this.#db.transaction(() => {
      this.store(after)
      if (!isOver(status)) also(after)
    })
  }

  /** Ends the import and deletes all stored addresses. */
  end(status: ImportStatus, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#db.transaction(() => {
      this.staging.dropPeople()
      this.store({ ...status, state, finishedAt: Date.now() })
    })
  }

  /** Whether the transfer log has the current state of this import. */
  isRecorded(): boolean {
    return this.#status === undefined || this.#recorded.get() === stateOf(this.#status)
  }

  markRecorded(status: ImportStatus): void {
    this.#recorded.put(stateOf(status))
  }

  /** Clears the status in memory. The caller deletes the storage. */
  forget(): void {
    this.#status = undefined
  }
}

const stateOf = ({ state, parts }: ImportStatus): string => `${state}/${parts.length}`
