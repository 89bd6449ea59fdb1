import type { Settings } from '../../env.ts'
import { selectTransport } from '../../transports/select-transport.ts'
import { importDeps } from '../runtime-deps.ts'
import { importStep, openRange, queuePlace, type Range, STEP_OPERATIONS, STEP_PEOPLE, sealQueue } from './apply.ts'
import { confirmationPace, confirmationStep, nextBatch } from './confirmations.ts'
import { openPeople } from './sealed-rows.ts'
import type { ImportStore } from './state.ts'
import type { ImportStatus } from './status.ts'

/** KV and object operations of one invocation: the platform's limit, less a margin for repeated writes. */
const OPERATIONS = 950
/** Milliseconds of one alarm. The next alarm starts with fresh limits of operations and CPU time. */
const SLICE_MS = 20_000

/**
 * Runs the steps of an import, one slice per alarm. Both slices return the milliseconds until the next alarm; null when the import is
 * in another state.
 */
export class ImportWork {
  readonly #state: ImportStore
  readonly #env: () => Env
  #range: Range | null = null

  constructor(state: ImportStore, env: () => Env) {
    this.#state = state
    this.#env = env
  }

  /** Imports people with proof of consent, as many as one invocation can. */
  async importSlice(settings: Settings): Promise<number | null> {
    const deps = importDeps(this.#env(), settings)
    const end = Date.now() + SLICE_MS
    for (let operations = 0; operations + STEP_OPERATIONS <= OPERATIONS && Date.now() < end; ) {
      const status = this.#state.status
      if (status?.state !== 'importing') return null
      this.#range ??= await openRange(this.#state.staging, settings.keys, status)
      const range = this.#range
      if (range === null) return this.#finishImporting(status)
      const { done } = status.cursor
      const people = range.people.slice(done, done + STEP_PEOPLE)
      if (people.length === 0) {
        this.#range = null
        this.#state.dropBuckets(range.until, status)
        continue
      }
      const begun = this.#state.begin({ ...status, cursor: { from: range.from, until: range.until, done } })
      const step = await importStep(people, begun, deps)
      const toConfirm = await sealQueue(settings.keys, status.id, this.#state.staging.nextSeq(), step.toConfirm)
      operations += step.operations
      this.#state.settle(step, people.length, () => {
        if (toConfirm !== null) this.#state.staging.enqueue(toConfirm)
      })
    }
    return 0
  }

  #finishImporting(status: ImportStatus): number | null {
    if (this.#state.staging.head() === null) {
      this.end(status, 'finished')
      return null
    }
    this.#state.store({ ...status, state: 'confirming', cursor: { from: 0, until: 0, done: 0 } })
    return 0
  }

  /** Sends one batch of confirmation mails to people without proof of consent. */
  async confirmationSlice(settings: Settings): Promise<number | null> {
    const status = this.#state.status
    const head = this.#state.staging.head()
    if (status?.state !== 'confirming') return null
    if (head === null) {
      this.end(status, 'finished')
      return null
    }
    const all = await openPeople(settings.keys, queuePlace(status.id, head.seq), head.sealed)
    const { done } = status.cursor
    const pace = confirmationPace(status.perMinute, selectTransport(settings, this.#env(), 'transactional'))
    const { people: count, pauseMs } = nextBatch(pace, all.length - done)
    const people = all.slice(done, done + count)
    const begun = this.#state.begin(status)
    const step = await confirmationStep(people, begun, importDeps(this.#env(), settings))
    this.#state.settle(step, count, (after) => {
      if (after.cursor.done < all.length) return
      this.#state.staging.dropHead(head.seq)
      this.#state.store({ ...after, cursor: { ...after.cursor, done: 0 } })
    })
    const isLast = this.#state.staging.head() === null
    return isLast || step.counts.confirming === 0 ? 0 : pauseMs
  }

  /** Ends the import; its people and their addresses are deleted. */
  end(status: ImportStatus, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#range = null
    this.#state.end(status, state)
  }
}
