import * as z from 'zod'
import type { Database, StoredEntry } from '../../storage/database.ts'
import type { ImportStep } from './apply.ts'
import type { RefusedRow } from './refusals.ts'
import { type StagedRecord, Staging } from './staging.ts'
import { type ImportStatus, importStatus, isOver } from './status.ts'

/** Everything an import keeps: how it stands, and its rows and report. */
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

  /** Kept before anything is written or sent: after a restart it is known that it may have been. */
  begin(status: ImportStatus): ImportStatus {
    const begun = { ...status, begun: [...status.begun, Date.now()] }
    this.store(begun)
    return begun
  }

  /** Everything of a part that was not taken goes, and how the import stands now is kept. */
  dropPart(part: number, status: ImportStatus): void {
    this.#db.transaction(() => {
      this.staging.dropPart(part)
      this.store(status)
    })
  }

  /** What a part has brought so far. */
  stage(part: number, staged: readonly StagedRecord[], refused: readonly RefusedRow[]): void {
    this.#db.transaction(() => {
      for (const record of staged) this.staging.put(record)
      this.staging.refuse(part, refused)
    })
  }

  /** All people of the buckets below `until` are done. */
  dropBuckets(until: number, status: ImportStatus): void {
    this.#db.transaction(() => {
      this.staging.dropBuckets(until)
      this.store({ ...status, cursor: { from: until, until, done: 0 } })
    })
  }

  /** A step in one transaction: what it came to, how far we are, and whatever else belongs to it. */
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
      if (!isOver(status)) also(after) // one cancelled meanwhile has nothing more to go on with
    })
  }

  /** From here on no address is kept. */
  end(status: ImportStatus, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#db.transaction(() => {
      this.staging.dropPeople()
      this.store({ ...status, state, finishedAt: Date.now() })
    })
  }

  /** Whether the record of transfers knows how it stands. */
  isRecorded(): boolean {
    return this.#status === undefined || this.#recorded.get() === stateOf(this.#status)
  }

  markRecorded(status: ImportStatus): void {
    this.#recorded.put(stateOf(status))
  }

  /** Together with everything that is stored. */
  forget(): void {
    this.#status = undefined
  }
}

const stateOf = ({ state, parts }: ImportStatus): string => `${state}/${parts.length}`
