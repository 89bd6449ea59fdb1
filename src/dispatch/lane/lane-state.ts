import * as z from 'zod'
import * as batch from '../../delivery/batch.ts'
import { LEDGER_TABLES, Ledger, type NewBatch } from '../../delivery/ledger.ts'
import { resolveBatches } from '../../delivery/resolve-batches.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { blob, type Database, type StoredEntry } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { buildLaneReport, type LaneReport } from './lane-report.ts'
import { type LaneControl, type LaneTask, laneControlSchema, laneTaskSchema } from './lane-task.ts'

const DAY_MS = 86_400_000
/** Days a paused or uncertain batch keeps its recipients: long enough for a person to decide, short enough not to be a second list. */
export const RECIPIENT_DAYS = 30
/** Days a finished lane keeps its ledger of fingerprints: as long as an appeal might be sent again or an event come in. */
export const LEDGER_DAYS = 400

/** How far planning has come. `remainders` are sealed people by language who do not fill a batch yet. */
const progressSchema = z.object({
  prefix: z.int(), // which of the lane's it is at
  cursor: z.string().optional(),
  lastKey: z.string().optional(),
  done: z.boolean(),
  remaining: z.record(z.string(), z.array(z.string())), // fingerprints of those in the sealed remainders, by language
  tally: z.record(z.string(), z.int()), // let go without a batch, by language
  damaged: z.int(),
})
export type PlanningProgress = z.infer<typeof progressSchema>

export const LANE_STEPS: readonly MigrationStep[] = [
  {
    name: 'ledger and plan',
    run: ({ sql }) =>
      sql.exec(`${LEDGER_TABLES};
        CREATE TABLE plan (id INTEGER PRIMARY KEY CHECK (id = 1), progress TEXT NOT NULL, remainders BLOB)`),
  },
]

const planRow = z.object({ progress: jsonText(progressSchema) })
const remaindersRow = z.object({ remainders: blob.nullable() })
const storedControlSchema = z.object({ control: laneControlSchema, stateVersion: z.int() }) // `turn` of the dispatch, when it said so
const idleSchema = z.object({ at: z.number(), finished: z.boolean() })

const INITIAL_PROGRESS: PlanningProgress = { prefix: 0, done: false, remaining: {}, tally: {}, damaged: 0 }

/** What a lane keeps: its task, what it may do, how far it has planned, and the ledger. */
export class LaneState {
  readonly ledger: Ledger
  readonly #db: Database
  readonly #taskEntry: StoredEntry<LaneTask>
  readonly #controlEntry: StoredEntry<z.infer<typeof storedControlSchema>>
  readonly #idleEntry: StoredEntry<z.infer<typeof idleSchema>>
  #task: LaneTask | undefined
  #control: LaneControl | undefined
  #stateVersion = 0
  #finished = false
  #idleAt = 0 // since when nothing has been going on: paused, cancelled or finished; 0 while it runs
  #progress: PlanningProgress = INITIAL_PROGRESS

  constructor(db: Database) {
    this.#db = db
    this.#taskEntry = db.entry('task', laneTaskSchema)
    this.#controlEntry = db.entry('control', storedControlSchema)
    this.#idleEntry = db.entry('idle', idleSchema)
    this.ledger = new Ledger(db)
    db.keepInSync(() => {
      this.#task = this.#taskEntry.get()
      const stored = this.#controlEntry.get()
      this.#control = stored?.control
      this.#stateVersion = stored?.stateVersion ?? 0
      const idle = this.#idleEntry.get()
      this.#idleAt = idle?.at ?? 0
      this.#finished = idle?.finished ?? false
      this.#progress = db.row(planRow, 'SELECT progress FROM plan')?.progress ?? INITIAL_PROGRESS
    })
  }

  /** A pause or cancel that has overtaken the task holds. */
  begin(task: LaneTask): void {
    if (this.#task !== undefined) return
    const control = this.#control ?? 'run'
    this.#db.transaction(() => {
      this.#taskEntry.put(task)
      this.#controlEntry.put({ control, stateVersion: this.#stateVersion })
    })
    this.#task = task
    this.#control = control
  }

  /**
   * Cancelling marks everybody who waits; it is final. What was said in an earlier turn of the dispatch and arrives late is ignored, or
   * a pause that was acknowledged could be undone by the resume before it.
   */
  control(control: LaneControl, now: number, stateVersion = this.#stateVersion): void {
    if (this.#control === 'cancel' || stateVersion < this.#stateVersion) return
    const isNew = this.#control !== control
    if (!isNew && stateVersion === this.#stateVersion) return
    this.#db.transaction(() => {
      this.#controlEntry.put({ control, stateVersion })
      if (control === 'cancel') this.#cancelWaiting()
      if (isNew) this.#idleSince(control === 'run' ? 0 : now, control === 'cancel')
    })
    this.#control = control
    this.#stateVersion = stateVersion
  }

  #cancelWaiting(): void {
    for (const head of [...this.ledger.due()]) this.ledger.save(batch.cancel(head))
    // People who filled no batch yet go with their recipients; they stay counted.
    const { remaining, ...progress } = this.#progress
    const tally = Object.fromEntries(Object.entries(remaining).map(([locale, people]) => [locale, people.length]))
    this.commitPlan({ ...progress, done: true, remaining: {}, tally }, null, [])
  }

  task(): LaneTask {
    if (this.#task === undefined) throw new Error('this lane has not begun')
    return this.#task
  }

  mayRun = (): boolean => this.#control === 'run'
  isCancelled = (): boolean => this.#control === 'cancel'
  isFinished = (): boolean => this.#finished && this.#control === 'run'
  isPlanned = (): boolean => this.#progress.done
  hasWork = (): boolean => this.mayRun() && this.ledger.due().next().done !== true
  isIdle = (): boolean => this.#task === undefined || this.#control !== 'run' || this.#finished

  progress = (): PlanningProgress => this.#progress

  /** Where a batch's recipients are kept: sealed for this place, they open nowhere else. */
  placeOf = (batchId: number | 'remainders'): string => `${this.task().request.id}/${this.task().index}/${batchId}`

  remainders(): Uint8Array<ArrayBuffer> | null {
    return this.#db.row(remaindersRow, 'SELECT remainders FROM plan')?.remainders ?? null
  }

  /** Commits one page of planning, whole: a crash before it repeats the page, a crash after it does not. */
  commitPlan(next: PlanningProgress, remainders: Uint8Array<ArrayBuffer> | null, batches: readonly NewBatch[]): void {
    this.#db.transaction(() => {
      for (const made of batches) this.ledger.insert(made)
      const progress = JSON.stringify(next)
      this.#db.run('INSERT OR REPLACE INTO plan (id, progress, remainders) VALUES (1, ?, ?)', progress, remainders)
    })
    this.#progress = next
  }

  finish(now: number): void {
    this.#idleSince(now, true)
  }

  report(): LaneReport {
    return buildLaneReport(this.ledger, this.#progress, this.#finished)
  }

  /** The batches the decision applied to. After a cancel nothing is sent again. */
  resolve(
    decisions: Array<{ id: number; generation: number }>,
    decision: batch.UncertainDecision,
    now: number,
  ): number[] {
    if (decision === 'send-again' && this.#control === 'cancel') return []
    return this.#db.transaction(() => {
      const done = resolveBatches(this.ledger, decisions, decision, now)
      if (decision === 'send-again' && done.length > 0) this.#idleSince(this.mayRun() ? 0 : this.#idleAt, false)
      return done
    })
  }

  hasBegun = (): boolean => this.#task !== undefined

  /** What a provider has said of people; whom this lane does not have is passed over. */
  recordEvents(bits: ReadonlyMap<string, number>): void {
    this.#db.transaction(() => this.ledger.recordEvents(bits))
  }

  reachedAmong(fingerprints: string[]): string[] {
    const wanted = new Set(fingerprints)
    const reached = Object.values(this.#progress.remaining).flatMap((people) => people.filter((one) => wanted.has(one)))
    return [...reached, ...this.ledger.reachedAmong(wanted)]
  }

  /** When something kept here will have to go; null while it runs, or has nothing. */
  retentionAt(): number | null {
    if (this.#idleAt === 0 || this.#task === undefined) return null
    return this.#idleAt + (this.#finished && this.ledger.isSettled() ? LEDGER_DAYS : RECIPIENT_DAYS) * DAY_MS
  }

  /** Drops what has been kept for its stated time; answers when to look again, or null when nothing is left. */
  retain(now: number): number | null {
    if (this.#idleAt === 0 || this.#task === undefined) return null
    return this.#db.transaction(() => {
      if (now >= this.#idleAt + RECIPIENT_DAYS * DAY_MS) {
        if (this.#control === 'pause') this.control('cancel', now)
        for (const head of this.ledger.uncertain()) this.ledger.dropRecipients(head.id)
      }
      if (this.#finished && now >= this.#idleAt + LEDGER_DAYS * DAY_MS) {
        this.ledger.clear()
        return null
      }
      return this.#idleAt + (this.#finished ? LEDGER_DAYS : RECIPIENT_DAYS) * DAY_MS
    })
  }

  #idleSince(at: number, finished: boolean): void {
    this.#idleEntry.put({ at, finished })
    this.#idleAt = at
    this.#finished = finished
  }
}
