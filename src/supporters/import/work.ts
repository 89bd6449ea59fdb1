import type { Settings } from '../../env.ts'
import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'
import type { NoticeKind } from '../../notices/notice-kinds.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import { dispatchRegistryOf } from '../../objects.ts'
import { selectTransport } from '../../transports/select-transport.ts'
import { importDeps } from '../runtime-deps.ts'
import {
  importStep,
  openRange,
  peopleOfStep,
  queuePlace,
  type Range,
  removeLeavers,
  STEP_OPERATIONS,
  sealQueue,
} from './apply.ts'
import { ASK_AGAIN_WITHIN_MS, confirmationPace, confirmationStep, nextBatch } from './confirmations.ts'
import { openPeople } from './sealed-rows.ts'
import type { QueuedRecord } from './staging.ts'
import type { ImportStore } from './state.ts'
import type { ImportStatus } from './status.ts'

/** KV and object operations of one invocation: the platform's limit, less a margin for repeated writes. */
const OPERATIONS = 950
/** Milliseconds of one alarm. The next alarm starts with fresh limits of operations and CPU time. */
const SLICE_MS = 20_000

/** Milliseconds until people whose mailbox queue was full or did not answer are tried again. */
const AGAIN_MS = 15 * MINUTE_MS
/** Milliseconds until confirmations are tried again while everything that sends is stopped. */
const STOPPED_MS = 5 * MINUTE_MS
/** Milliseconds until a record that does not open is tried again: its key may be back in KEYRING. */
const UNREADABLE_AGAIN_MS = 6 * HOUR_MS

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
      if (range.unreadable > 0 && status.cursor.until !== range.until) {
        await this.#refuseUnreadable(range)
        continue
      }
      const { done } = status.cursor
      const people = peopleOfStep(range.people.slice(done))
      if (people.length === 0) {
        this.#range = null
        this.#state.dropBuckets(range.until, status)
        continue
      }
      const begun = this.#state.begin({ ...status, cursor: { from: range.from, until: range.until, done } })
      const step = await importStep(people, begun, deps)
      const toConfirm = await sealQueue(deps, status.id, this.#state.staging.nextSeq(), step.toConfirm)
      operations += step.operations
      this.#state.settle(step, people.length, () => {
        if (toConfirm !== null) this.#state.staging.enqueue(toConfirm)
      })
    }
    return 0
  }

  /** Checks again whom the step that is under way has written, so that the import can be cancelled. */
  async abandonStep(settings: Settings): Promise<void> {
    const status = this.#state.status
    if (status?.state !== 'importing' || status.begun.length === 0) return
    const range = await openRange(this.#state.staging, settings.keys, status)
    const people = peopleOfStep(range?.people.slice(status.cursor.done) ?? [])
    await removeLeavers(people, importDeps(this.#env(), settings))
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
    const now = Date.now()
    if (head.dueAt > now) return head.dueAt - now
    if ((await dispatchRegistryOf(this.#env()).stopped()) !== null) return STOPPED_MS
    const { done } = status.cursor
    const all = await openPeople(settings.keys, queuePlace(status.id, head.seq), head.sealed)
    if (all === null) return this.#putOff(head, done, now)
    if (this.#state.staging.head()?.people !== all.length) return 0 // somebody was erased meanwhile
    const pace = confirmationPace(status.perMinute, selectTransport(settings, this.#env(), 'transactional'))
    const { people: count, pauseMs } = nextBatch(pace, all.length - done)
    const people = all.slice(done, done + count)
    const begun = this.#state.begin(status)
    const firstTryAt = head.firstTryAt ?? begun.begun[0] ?? now
    const deps = importDeps(this.#env(), settings)
    const step = await confirmationStep(people, begun, head.firstTryAt, deps)
    const again = await sealQueue(deps, status.id, this.#state.staging.nextSeq(), step.again, {
      dueAt: now + AGAIN_MS,
      firstTryAt,
    })
    if (again !== null && head.firstTryAt === null) await this.#notice('import-confirmations-waiting', again.people)
    this.#state.settle(step, count, (after) => {
      if (again !== null) this.#state.staging.enqueue(again)
      if (after.cursor.done < all.length) return
      this.#state.staging.dropHead(head.seq)
      this.#state.store({ ...after, cursor: { ...after.cursor, done: 0 } })
    })
    const isLast = this.#state.staging.head() === null
    return isLast || step.counts.confirming === 0 ? 0 : pauseMs
  }

  /** Puts a record of confirmations off that does not open, so that it delays nobody. After a week its people are refused. */
  async #putOff(head: QueuedRecord, done: number, now: number): Promise<number> {
    const isLate = now - (head.firstTryAt ?? now) >= ASK_AGAIN_WITHIN_MS
    if (done === 0 && !isLate) {
      this.#state.staging.putOff(head.seq, now + UNREADABLE_AGAIN_MS, now)
      if (head.firstTryAt === null) await this.#notice('import-people-unreadable', head.people)
      return 0
    }
    this.#state.refuseUnreadable(head.people - done, (after) => {
      this.#state.staging.dropHead(head.seq)
      this.#state.store({ ...after, cursor: { ...after.cursor, done: 0 } })
    })
    return 0
  }

  /** Counts people of the staged rows that do not open, once: the cursor then stands in their range. */
  async #refuseUnreadable({ unreadable, from, until }: Range): Promise<void> {
    this.#state.refuseUnreadable(unreadable, (after) =>
      this.#state.store({ ...after, cursor: { from, until, done: 0 } }),
    )
    await this.#notice('import-people-unreadable', unreadable)
  }

  #notice(kind: NoticeKind, count: number): Promise<void> {
    return raiseNotice(this.#env(), { kind, subject: this.#state.status?.id ?? '', count })
  }

  /** Ends the import; its people and their addresses are deleted. */
  end(status: ImportStatus, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#range = null
    this.#state.end(status, state)
  }
}
