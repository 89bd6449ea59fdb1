import { DurableObject } from 'cloudflare:workers'
import { backoffMs } from '../../delivery/backoff.ts'
import { requireSettings } from '../../env.ts'
import { errorMessage } from '../../kit/result.ts'
import { transfersOf } from '../../objects.ts'
import { Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { UnreadableFile } from './refusals.ts'
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
import { ImportWork } from './work.ts'

/** Milliseconds without a byte, or between two parts, after which an upload is abandoned and its staged rows are deleted. */
export const UPLOAD_WITHIN_MS = 3_600_000
/** Days for which the report of row numbers and reasons is stored. The transfer log keeps the import itself. */
const REPORT_DAYS = 90
const DAY_MS = 86_400_000
/** Milliseconds until a failed write to the transfer log is retried. */
const RECORD_AGAIN_MS = 60_000

const STEPS: readonly MigrationStep[] = [
  { name: 'rows, reports and transfers', run: ({ sql }) => sql.exec(`${STAGING_TABLES}; ${TRANSFERS_TABLE}`) },
]

/**
 * Durable Object per import: receives the list and imports it by alarm. The object named `transfers` keeps the log of all
 * transfers.
 */
export class Import extends DurableObject<Env> {
  readonly #db: Database // tables are created on the first write, so that querying an unknown import writes nothing
  readonly #state: ImportStore
  readonly #transfers: Transfers
  readonly #work: ImportWork
  #attempt = 0 // number of the current upload: a repeated upload replaces one that hangs
  #lastUploadAt = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS, 'written')
    this.#state = new ImportStore(this.#db)
    this.#transfers = new Transfers(this.#db)
    this.#work = new ImportWork(this.#state, env)
  }

  /** Receives a part of the list. Without `more` it is the last part, and the import begins. A repeated part is only compared. */
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

  /** Discards a part that is incomplete or unreadable. An import without other parts is abandoned. */
  async #giveUp(status: ImportStatus, part: number, error: unknown): Promise<UploadReceipt> {
    const unreadable = error instanceof UnreadableFile
    if (!unreadable) console.warn('import', status.id, errorMessage(error))
    const message = unreadable
      ? error.message
      : 'The upload broke off before its end: send this part again. Nothing of it was imported.'
    this.#state.dropPart(part, { ...status, problem: message })
    if (status.parts.length === 0) this.#work.end({ ...status, problem: message }, 'abandoned')
    else await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS)
    await this.#recordState()
    return { kind: unreadable ? 'unreadable' : 'broken-off', message }
  }

  /** Status of the import; null if it never began or its report is deleted. Restarts a lost alarm. */
  async view(): Promise<ImportView | null> {
    if (this.#state.status === undefined) return null
    if (!isOver(this.#state.status) && (await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now())
    return toView(this.#state.status)
  }

  report(after: number, limit: number): Array<{ row: number; reason: string }> {
    return this.#state.status === undefined ? [] : this.#state.staging.report(after, limit)
  }

  /** Stops importing and mailing; imported people stay. False if the import is over. */
  async cancel(): Promise<ImportView | false> {
    const status = this.#state.status
    if (status === undefined || isOver(status)) return false
    this.#attempt++ // stops a running upload
    this.#work.end(status, 'cancelled')
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
      else if (status.state === 'importing')
        await this.#wakeIn(await this.#work.importSlice(await requireSettings(this.env)))
      else if (status.state === 'confirming')
        await this.#wakeIn(await this.#work.confirmationSlice(await requireSettings(this.env)))
      else if (status.finishedAt !== undefined && Date.now() >= status.finishedAt + REPORT_DAYS * DAY_MS) {
        this.#state.forget()
        await this.ctx.storage.deleteAll()
        return
      }
    } catch (error) {
      const problem = errorMessage(error)
      console.error('import', status.id, problem)
      const now = this.#state.status ?? status
      this.#state.store({ ...now, problem: `will be retried: ${problem}`, tries: now.tries + 1 })
      await this.ctx.storage.setAlarm(Date.now() + backoffMs(now.tries, Math.random()))
    }
    await this.#recordState()
  }

  async #wakeIn(waitMs: number | null): Promise<void> {
    if (waitMs !== null) await this.ctx.storage.setAlarm(Date.now() + waitMs)
  }

  /** Abandons an upload that has been silent too long; otherwise waits on. */
  async #checkUploadTimeout(status: ImportStatus): Promise<void> {
    const silentMs = Date.now() - this.#lastUploadAt
    if (silentMs < UPLOAD_WITHIN_MS) {
      await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS - silentMs)
      return
    }
    this.#attempt++
    const problem = 'The upload was not completed within an hour. Nothing was imported.'
    this.#work.end({ ...status, problem }, 'abandoned')
  }

  /** Writes the import's state to the transfer log. For a finished import, also schedules the deletion of its report. */
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
        next = Date.now() + RECORD_AGAIN_MS
      }
    }
    if (isOver(status)) await this.ctx.storage.setAlarm(next)
  }
}
