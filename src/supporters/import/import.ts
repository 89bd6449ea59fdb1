import { DurableObject } from 'cloudflare:workers'
import { requireSettings } from '../../env.ts'
import { backoffMs } from '../../kit/backoff.ts'
import { errorMessage } from '../../kit/result.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import { placesOf } from '../../objects.ts'
import { isAlarmLost } from '../../storage/alarms.ts'
import { Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { Reception } from './reception.ts'
import { eraseInImport, findInImport } from './search/erase-person.ts'
import { RETRIED_CONFIRMATIONS, SEARCHED_CONFIRMATIONS, STAGING_TABLES } from './staging.ts'
import { ImportStore, reportEndsAt } from './state.ts'
import { type ImportRequest, type ImportView, isOver, toView, type UploadReceipt } from './status.ts'
import { recordState } from './transfer-record.ts'
import { TRANSFERS_TABLE, type Transfer, Transfers } from './transfers.ts'
import { ImportWork } from './work.ts'

/** Milliseconds until a failed write to the transfer log is retried. */
const RECORD_AGAIN_MS = 60_000

/** Failed tries in a row after which organisers are told: some minutes, so it is no restart. */
const TRIES_BEFORE_NOTICE = 8

export const IMPORT_STEPS: readonly MigrationStep[] = [
  { name: 'rows, reports and transfers', run: ({ sql }) => sql.exec(`${STAGING_TABLES}; ${TRANSFERS_TABLE}`) },
  { name: 'confirmations that are tried again', run: ({ sql }) => sql.exec(RETRIED_CONFIRMATIONS) },
  { name: 'search of confirmations', run: ({ sql }) => sql.exec(SEARCHED_CONFIRMATIONS) },
]

/** Durable Object per import: receives the list and imports it by alarm. The object named `transfers` keeps the log of all transfers. */
export class Import extends DurableObject<Env> {
  readonly #db: Database // tables are created on the first write, so that querying an unknown import writes nothing
  readonly #state: ImportStore
  readonly #transfers: Transfers
  readonly #work: ImportWork
  readonly #reception: Reception

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, IMPORT_STEPS, 'written')
    this.#state = new ImportStore(this.#db)
    this.#transfers = new Transfers(this.#db)
    this.#work = new ImportWork(this.#state, () => this.env)
    this.#reception = new Reception(this.#state, this.#work, {
      env,
      createSchema: () => this.#db.createSchema(),
      enter: (id) => placesOf(env).enter('import', id),
      wakeIn: (waitMs) => this.#wakeIn(waitMs),
      recordState: () => this.#recordState(),
    })
  }

  /** Receives a part of the list. Without `more` it is the last part, and the import begins. A repeated part is only compared. */
  async receive(
    request: ImportRequest,
    part: number,
    more: boolean,
    body: ReadableStream<Uint8Array>,
  ): Promise<UploadReceipt> {
    return this.#reception.receive(request, { part, more, body })
  }

  /** Status of the import; null if it never began or its report is deleted. Restarts a lost alarm. */
  async view(): Promise<ImportView | null> {
    await this.wake()
    return this.#state.status === undefined ? null : toView(this.#state.status)
  }

  /** Repairs a lost alarm. Returns whether anything is stored. Called by the list of places. */
  async wake(): Promise<boolean> {
    if (this.#state.status === undefined) return false
    if (await isAlarmLost(this.ctx.storage, Date.now())) await this.#wakeIn(0)
    return true
  }

  async erase(fingerprint: string): Promise<boolean> {
    return eraseInImport(this.#state, await requireSettings(this.env), fingerprint)
  }

  async findPerson(fingerprint: string): Promise<string | null> {
    return findInImport(this.#state, await requireSettings(this.env), fingerprint)
  }

  report(after: number, limit: number): Array<{ row: number; reason: string }> {
    return this.#state.status === undefined ? [] : this.#state.staging.report(after, limit)
  }

  /** Stops importing and mailing; imported people stay. False if the import is over. @throws Error while KV refuses what must be removed */
  async cancel(): Promise<ImportView | false> {
    await this.#work.abandonStep(await requireSettings(this.env))
    const status = this.#state.status
    if (status === undefined || isOver(status)) return false
    this.#reception.stop()
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
      if (status.state === 'receiving') await this.#reception.checkTimeout(status)
      else if (status.state === 'importing')
        await this.#wakeIn(await this.#work.importSlice(await requireSettings(this.env)))
      else if (status.state === 'confirming')
        await this.#wakeIn(await this.#work.confirmationSlice(await requireSettings(this.env)))
      else if (status.finishedAt !== undefined && Date.now() >= reportEndsAt(status)) {
        this.#state.forget()
        return await this.ctx.storage.deleteAll()
      }
    } catch (error) {
      const problem = errorMessage(error)
      console.error('import', status.id, problem)
      const now = this.#state.status ?? status
      this.#state.store({ ...now, problem: `will be retried: ${problem}`, tries: now.tries + 1 })
      if (now.tries + 1 === TRIES_BEFORE_NOTICE)
        await raiseNotice(this.env, { kind: 'import-failing', subject: status.id, detail: problem })
      await this.#wakeIn(backoffMs(now.tries, Math.random()))
    }
    await this.#recordState()
  }

  async #wakeIn(waitMs: number | null): Promise<void> {
    if (waitMs !== null) await this.ctx.storage.setAlarm(Date.now() + waitMs)
  }

  /** Writes the import's state to the transfer log. For a finished import, also schedules the deletion of its report. */
  async #recordState(): Promise<void> {
    const status = this.#state.status
    if (status === undefined) return
    const isRecorded = await recordState(this.env, this.#state, status)
    if (isOver(status))
      await this.ctx.storage.setAlarm(isRecorded ? reportEndsAt(status) : Date.now() + RECORD_AGAIN_MS)
  }
}
