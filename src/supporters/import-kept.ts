import type { Step } from './import-drain.ts'
import { Staging } from './import-staging.ts'
import { isOver, type Standing } from './import-standing.ts'

/** Everything an import keeps: how it stands, and its rows and report. */
export class ImportKept {
  readonly staging: Staging
  readonly #storage: DurableObjectStorage
  #standing: Standing | undefined

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.staging = new Staging(storage.sql)
    this.#standing = storage.kv.get<Standing>('standing')
  }

  get standing(): Standing | undefined {
    return this.#standing
  }

  keep(standing: Standing): void {
    this.#standing = standing
    this.#storage.kv.put('standing', standing)
  }

  /** Kept before anything is written or sent: after a restart it is known that it may have been. */
  begin(standing: Standing): Standing {
    const begun = { ...standing, begun: [...standing.begun, Date.now()] }
    this.keep(begun)
    return begun
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
    this.#storage.transactionSync(() => {
      this.keep(after)
      this.staging.refuse(0, step.refused)
      if (!isOver(standing)) also(after) // one cancelled meanwhile has nothing more to go on with
    })
  }

  /** From here on no address is kept. */
  end(standing: Standing, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#storage.transactionSync(() => {
      this.staging.dropPeople()
      this.keep({ ...standing, state, finishedAt: Date.now() })
    })
  }

  /** Whether the record of transfers knows how it stands. */
  isNoted(): boolean {
    return this.#standing === undefined || this.#storage.kv.get<string>('noted') === stateOf(this.#standing)
  }

  noted(standing: Standing): void {
    this.#storage.kv.put('noted', stateOf(standing))
  }

  async forget(): Promise<void> {
    this.#standing = undefined
    await this.#storage.deleteAll()
  }
}

const stateOf = ({ state, parts }: Standing): string => `${state}/${parts.length}`
