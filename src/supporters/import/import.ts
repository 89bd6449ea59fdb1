import { DurableObject } from 'cloudflare:workers'
import { backoffMs } from '../../delivery/backoff.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { DAY_MS, HOUR_MS } from '../../kit/durations.ts'
import { errorMessage } from '../../kit/result.ts'
import { transfersOf } from '../../objects.ts'
import { Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { selectTransport } from '../../transports/select-transport.ts'
import { importDeps } from '../runtime-deps.ts'
import { importStep, openRange, queuePlace, type Range, STEP_OPERATIONS, STEP_PEOPLE, sealQueue } from './apply.ts'
import { confirmationPace, confirmationStep, nextBatch } from './confirmations.ts'
import { UnreadableFile } from './refusals.ts'
import { openPeople } from './sealed-rows.ts'
import { STAGING_TABLES } from './staging.ts'
import { ImportStore } from './state.ts'
import {
  type ImportRequest,
  type ImportStatus,
  type ImportView,
  isOver,
  newImport,
  toView,
  type UploadReceipt,
} from './status.ts'
import { TRANSFERS_TABLE, type Transfer, Transfers } from './transfers.ts'
import { hashOf, readPart, readToEnd } from './upload.ts'

/** What the platform allows an invocation to ask of KV and of other objects together, less a margin for repeated writes. */
const OPERATIONS = 950
/** Milliseconds of one alarm: the next begins afresh with operations and processor time. */
const SLICE_MS = 20_000
/** Milliseconds without a byte, or between two parts, after which an upload is given up and what it staged is deleted. */
export const UPLOAD_WITHIN_MS = HOUR_MS
/** Days the report can be read; it holds row numbers and reasons. The record of the import is kept. */
const REPORT_DAYS = 90
/** Milliseconds until a record of transfers that could not be written is tried again. */
const NOTE_AGAIN_MS = 60_000

const STEPS: readonly MigrationStep[] = [
  { name: 'rows, reports and transfers', run: ({ sql }) => sql.exec(`${STAGING_TABLES}; ${TRANSFERS_TABLE}`) },
]

/** One per import: takes the list in, and works through it by alarm. The object named `transfers` keeps the record of all of them. */
export class Import extends DurableObject<Env> {
  readonly #db: Database // nothing is made before something is kept: asking after an import that never was leaves nothing behind
  readonly #state: ImportStore
  readonly #transfers: Transfers
  #range: Range | null = null
  #attempt = 0 // the upload that counts: a repetition overtakes one that hangs
  #lastUploadAt = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS, 'written')
    this.#state = new ImportStore(this.#db)
    this.#transfers = new Transfers(this.#db)
  }

  /** Takes in a part of the list; without `more` it is the last, and the import begins. A part taken before is only compared. */
  async receive(
    request: ImportRequest,
    part: number,
    more: boolean,
    body: ReadableStream<Uint8Array>,
  ): Promise<UploadReceipt> {
    const known = this.#state.status
    const taken = known?.parts[part - 1]
    if (known !== undefined && taken !== undefined)
      return (await hashOf(body)) === taken.hash ? { kind: 'replayed', view: toView(known) } : { kind: 'other-body' }
    const isNew = known === undefined || known.parts.length === 0
    if (known !== undefined && known.state !== 'receiving' && !(isNew && known.state === 'abandoned'))
      return { kind: 'closed' }
    const expected = (known?.parts.length ?? 0) + 1
    if (part !== expected) return { kind: 'out-of-order', expected }

    const attempt = ++this.#attempt
    this.#lastUploadAt = Date.now()
    const status = isNew ? newImport(request) : known
    this.#db.createSchema()
    this.#state.dropPart(part, status)
    await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS)
    await this.#recordState()
    try {
      await this.#read(status, part, more, attempt, body)
    } catch (error) {
      if (attempt !== this.#attempt) return { kind: 'overtaken' }
      const receipt = await this.#giveUp(status, part, error)
      await readToEnd(body)
      return receipt
    }
    await this.ctx.storage.setAlarm(Date.now() + (more ? UPLOAD_WITHIN_MS : 0))
    await this.#recordState()
    return { kind: 'received', view: toView(this.#state.status ?? status) }
  }

  async #read(status: ImportStatus, part: number, more: boolean, attempt: number, body: ReadableStream<Uint8Array>) {
    const { keys, locales } = await requireSettings(this.env)
    const received = await readPart(body, {
      status,
      part,
      locales,
      keys,
      now: Date.now(),
      store: ({ staged, refused }) => {
        if (attempt !== this.#attempt) throw new Error('overtaken by a later upload')
        this.#lastUploadAt = Date.now()
        this.#state.stage(part, staged, refused)
      },
    })
    if (attempt !== this.#attempt) throw new Error('overtaken by a later upload')
    const { counts } = status
    this.#state.store({
      ...status,
      state: more ? 'receiving' : 'importing',
      parts: [...status.parts, received.part],
      counts: { ...counts, people: counts.people + received.people, refused: counts.refused + received.refused },
      ignored: received.ignored,
      unspoken: status.unspoken + received.unspoken,
    })
  }

  /** Nothing of a part that did not come whole is kept; an import without any other part is abandoned. */
  async #giveUp(status: ImportStatus, part: number, error: unknown): Promise<UploadReceipt> {
    const unreadable = error instanceof UnreadableFile
    if (!unreadable) console.warn('import', status.id, errorMessage(error))
    const message = unreadable
      ? error.message
      : 'The upload broke off before its end: send it again. Nothing of it was imported.'
    this.#state.dropPart(part, { ...status, problem: message })
    if (status.parts.length === 0) this.#end({ ...status, problem: message }, 'abandoned')
    else await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS)
    await this.#recordState()
    return { kind: unreadable ? 'unreadable' : 'broken-off', message }
  }

  /** Null for an import that never began, or whose report has been deleted. Looking wakes one that lost its alarm. */
  async view(): Promise<ImportView | null> {
    if (this.#state.status === undefined) return null
    if (!isOver(this.#state.status) && (await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now())
    return toView(this.#state.status)
  }

  report(after: number, limit: number): Array<{ row: number; reason: string }> {
    return this.#state.status === undefined ? [] : this.#state.staging.report(after, limit)
  }

  /** Nobody further is imported or asked. Who is in already stays. False when it is over. */
  async cancel(): Promise<ImportView | false> {
    const status = this.#state.status
    if (status === undefined || isOver(status)) return false
    this.#attempt++ // an upload under way finds itself overtaken
    this.#end(status, 'cancelled')
    await this.#recordState()
    return toView(this.#state.status ?? status)
  }

  recordTransfer(transfer: Transfer): void {
    this.#db.createSchema()
    this.#transfers.record(transfer)
  }

  transfers(kind: Transfer['kind'] | null, before: string | null): Transfer[] {
    return this.#db.hasSchema() ? this.#transfers.list(kind, before) : []
  }

  transfer(id: string): Transfer | null {
    return this.#db.hasSchema() ? this.#transfers.find(id) : null
  }

  override async alarm(): Promise<void> {
    const status = this.#state.status
    if (status === undefined) return
    try {
      if (status.state === 'receiving') await this.#checkUploadTimeout(status)
      else if (status.state === 'importing') await this.#import(await requireSettings(this.env))
      else if (status.state === 'confirming') await this.#sendConfirmations(await requireSettings(this.env))
      else if (status.finishedAt !== undefined && Date.now() >= status.finishedAt + REPORT_DAYS * DAY_MS) {
        this.#state.forget()
        await this.ctx.storage.deleteAll()
        return
      }
    } catch (error) {
      const problem = errorMessage(error)
      console.error('import', status.id, problem)
      const now = this.#state.status ?? status
      this.#state.store({ ...now, problem: `waiting to try again: ${problem}`, tries: now.tries + 1 })
      await this.ctx.storage.setAlarm(Date.now() + backoffMs(now.tries, Math.random()))
    }
    await this.#recordState()
  }

  /** Whether an upload is still coming. */
  async #checkUploadTimeout(status: ImportStatus): Promise<void> {
    const silentMs = Date.now() - this.#lastUploadAt
    if (silentMs < UPLOAD_WITHIN_MS) {
      await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS - silentMs)
      return
    }
    this.#attempt++
    const problem = 'The upload was not brought to its end within an hour. Nothing was imported.'
    this.#end({ ...status, problem }, 'abandoned')
  }

  /** Those with proof of consent: as fast as the platform lets one invocation after the other. */
  async #import(settings: Settings): Promise<void> {
    const deps = importDeps(this.env, settings)
    const end = Date.now() + SLICE_MS
    for (let operations = 0; operations + STEP_OPERATIONS <= OPERATIONS && Date.now() < end; ) {
      const status = this.#state.status
      if (status?.state !== 'importing') return
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
    await this.ctx.storage.setAlarm(Date.now())
  }

  async #finishImporting(status: ImportStatus): Promise<void> {
    if (this.#state.staging.head() === null) return this.#end(status, 'finished')
    this.#state.store({ ...status, state: 'confirming', cursor: { from: 0, until: 0, done: 0 } })
    await this.ctx.storage.setAlarm(Date.now())
  }

  /** The others, a handful at a time. */
  async #sendConfirmations(settings: Settings): Promise<void> {
    const status = this.#state.status
    const head = this.#state.staging.head()
    if (status?.state !== 'confirming') return
    if (head === null) return this.#end(status, 'finished')
    const all = await openPeople(settings.keys, queuePlace(status.id, head.seq), head.sealed)
    const { done } = status.cursor
    const pace = confirmationPace(status.perMinute, selectTransport(settings, this.env, 'transactional'))
    const { people: count, pauseMs } = nextBatch(pace, all.length - done)
    const people = all.slice(done, done + count)
    const begun = this.#state.begin(status)
    const step = await confirmationStep(people, begun, importDeps(this.env, settings))
    this.#state.settle(step, count, (after) => {
      if (after.cursor.done < all.length) return
      this.#state.staging.dropHead(head.seq)
      this.#state.store({ ...after, cursor: { ...after.cursor, done: 0 } })
    })
    const isLast = this.#state.staging.head() === null
    await this.ctx.storage.setAlarm(Date.now() + (isLast || step.counts.confirming === 0 ? 0 : pauseMs))
  }

  #end(status: ImportStatus, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#range = null
    this.#state.end(status, state)
  }

  /** Tells the record of transfers how this one stands; one that is over also sets the time of its deletion. */
  async #recordState(): Promise<void> {
    const status = this.#state.status
    if (status === undefined) return
    const { id, by, at, format, state, counts, finishedAt } = status
    let next = (finishedAt ?? 0) + REPORT_DAYS * DAY_MS
    if (!this.#state.isRecorded()) {
      try {
        await transfersOf(this.env).recordTransfer({
          id,
          kind: 'import',
          by,
          at,
          format,
          state,
          counts,
          finishedAt: finishedAt ?? null,
          share: null,
        })
        this.#state.markRecorded(status)
      } catch (error) {
        console.error('import', id, errorMessage(error))
        next = Date.now() + NOTE_AGAIN_MS
      }
    }
    if (isOver(status)) await this.ctx.storage.setAlarm(next)
  }
}
