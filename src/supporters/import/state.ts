import * as z from 'zod'
import type { Database, Entry } from '../../storage/database.ts'
import type { Step } from './apply.ts'
import type { Refused } from './refusals.ts'
import { type Staged, Staging } from './staging.ts'
import { isOver, type Standing, standingSchema } from './status.ts'

/** Everything an import keeps: how it stands, and its rows and report. */
export class ImportKept {
  readonly staging: Staging
  readonly #db: Database
  readonly #entry: Entry<Standing>
  readonly #noted: Entry<string>
  #standing: Standing | undefined

  constructor(db: Database) {
    this.#db = db
    this.staging = new Staging(db)
    this.#entry = db.entry('standing', standingSchema)
    this.#noted = db.entry('noted', z.string())
    db.remember(() => {
      this.#standing = this.#entry.get()
    })
  }

  get standing(): Standing | undefined {
    return this.#standing
  }

  keep(standing: Standing): void {
    this.#entry.put(standing)
    this.#standing = standing
  }

  /** Kept before anything is written or sent: after a restart it is known that it may have been. */
  begin(standing: Standing): Standing {
    const begun = { ...standing, begun: [...standing.begun, Date.now()] }
    this.keep(begun)
    return begun
  }

  /** Everything of a part that was not taken goes, and how the import stands now is kept. */
  dropPart(part: number, standing: Standing): void {
    this.#db.transaction(() => {
      this.staging.dropPart(part)
      this.keep(standing)
    })
  }

  /** What a part has brought so far. */
  stage(part: number, staged: readonly Staged[], refused: readonly Refused[]): void {
    this.#db.transaction(() => {
      for (const record of staged) this.staging.put(record)
      this.staging.refuse(part, refused)
    })
  }

  /** All people of the buckets below `until` are done. */
  dropBuckets(until: number, standing: Standing): void {
    this.#db.transaction(() => {
      this.staging.dropBuckets(until)
      this.keep({ ...standing, cursor: { from: until, until, done: 0 } })
    })
  }

  /** A step in one transaction: what it came to, how far we are, and whatever else belongs to it. */
  settle(step: Pick<Step, 'counts' | 'refused'>, done: number, also: (after: Standing) => void): void {
    const standing = this.#standing
    if (standing === undefined) return
    const { counts, cursor, problem: _, ...rest } = standing
    const after: Standing = {
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
      this.keep(after)
      this.staging.refuse(0, step.refused)
      if (!isOver(standing)) also(after) // one cancelled meanwhile has nothing more to go on with
    })
  }

  /** From here on no address is kept. */
  end(standing: Standing, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#db.transaction(() => {
      this.staging.dropPeople()
      this.keep({ ...standing, state, finishedAt: Date.now() })
    })
  }

  /** Whether the record of transfers knows how it stands. */
  isNoted(): boolean {
    return this.#standing === undefined || this.#noted.get() === stateOf(this.#standing)
  }

  noted(standing: Standing): void {
    this.#noted.put(stateOf(standing))
  }

  /** Together with everything that is stored. */
  forget(): void {
    this.#standing = undefined
  }
}

const stateOf = ({ state, parts }: Standing): string => `${state}/${parts.length}`
