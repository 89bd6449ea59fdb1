import * as z from 'zod'
import * as batch from '../../delivery/batch.ts'
import { LEDGER_DAYS, LEDGER_TABLES, Ledger, RECIPIENT_DAYS } from '../../delivery/ledger.ts'
import type { NewBatch } from '../../delivery/ledger-rows.ts'
import { resolveBatches } from '../../delivery/resolve-batches.ts'
import type { UncertainDecision } from '../../events/domain-event.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { blob, type Database, type StoredEntry } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { buildLaneReport, type LaneReport, leftOutSchema } from './lane-report.ts'
import { type LaneControl, type LaneTask, laneControlSchema, laneTaskSchema } from './lane-task.ts'
import { type Reach, type ReachRule, reachOf } from './reach.ts'

/** The progress of planning. People who do not fill a batch yet are stored beside it, sealed, in the column `remainders`. */
const progressSchema = z.object({
  prefix: z.int(), // index of the lane's KV prefix that is being read
  cursor: z.string().optional(),
  lastKey: z.string().optional(),
  done: z.boolean(),
  remaining: z.record(z.string(), z.array(z.string())), // fingerprints of the people in the sealed remainders, by language
  tally: z.record(z.string(), z.int()), // people released without a batch, by language
  damaged: z.int(),
  leftOut: leftOutSchema.optional(), // of a dry run
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
/** What the lane may do, and the version of the dispatch's state that allowed it. */
const storedControlSchema = z.object({ control: laneControlSchema, stateVersion: z.int() })
const idleSchema = z.object({ at: z.number(), finished: z.boolean() })

const INITIAL_PROGRESS: PlanningProgress = { prefix: 0, done: false, remaining: {}, tally: {}, damaged: 0 }

/** Everything a lane stores: its task, its control, the progress of planning, and its ledger. */
export class LaneState {
  readonly ledger: Ledger
  /** People whom planning is about to put into batches. In memory only, like the plan itself before its commit. */
  readonly claims = new Set<string>()
  /** Whether planning holds people in memory whom it has read and not stored yet. */
  isReading = false
  readonly #db: Database
  readonly #taskEntry: StoredEntry<LaneTask>
  readonly #controlEntry: StoredEntry<z.infer<typeof storedControlSchema>>
  readonly #idleEntry: StoredEntry<z.infer<typeof idleSchema>>
  #task: LaneTask | undefined
  #control: LaneControl | undefined
  #stateVersion = 0
  #finished = false
  #idleAt = 0 // when the lane was paused, cancelled or finished (epoch ms); 0 while it runs
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

  /** Stores the task if the lane has none. A pause or cancel that arrived before the task stays in force. */
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
   * Stores what the lane may do. A cancel is final and cancels all waiting people. Messages about an earlier state of the dispatch are
   * ignored: otherwise a late resume could undo an acknowledged pause. `now` in epoch ms.
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
    // The sealed remainders are deleted; their people stay counted as cancelled.
    const { remaining, ...progress } = this.#progress
    const tally = Object.fromEntries(Object.entries(remaining).map(([locale, people]) => [locale, people.length]))
    this.commitPlan({ ...progress, done: true, remaining: {}, tally }, null, [])
  }

  /** @throws Error before the lane has begun. */
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

  /** The place for which a batch's recipients are sealed. They cannot be opened for another place. */
  placeOf = (batchId: number | 'remainders'): string => `${this.task().request.id}/${this.task().index}/${batchId}`

  /** The sealed people who do not fill a batch yet, or null. */
  remainders(): Uint8Array<ArrayBuffer> | null {
    return this.#db.row(remaindersRow, 'SELECT remainders FROM plan')?.remainders ?? null
  }

  /** Stores the progress of planning, the remainders and the new batches in one transaction. A crash before it repeats the pages. */
  commitPlan(next: PlanningProgress, remainders: Uint8Array<ArrayBuffer> | null, batches: readonly NewBatch[]): void {
    this.#db.transaction(() => {
      for (const made of batches) this.ledger.insert(made)
      const progress = JSON.stringify(next)
      this.#db.run('INSERT OR REPLACE INTO plan (id, progress, remainders) VALUES (1, ?, ?)', progress, remainders)
    })
    this.#progress = next
  }

  /** Records that nothing is left to send. `now` in epoch ms. */
  finish(now: number): void {
    this.#idleSince(now, true)
  }

  report(): LaneReport {
    return buildLaneReport(this.ledger, this.#progress, this.#finished)
  }

  /** Applies a decision to uncertain batches. Returns the ids of the batches that it applied to. A cancelled lane sends nothing again. */
  resolve(batches: readonly batch.BatchAtGeneration[], decision: UncertainDecision, now: number): number[] {
    if (decision === 'send-again' && this.#control === 'cancel') return []
    return this.#db.transaction(() => {
      const done = resolveBatches(this.ledger, batches, decision, now)
      if (decision === 'send-again' && done.length > 0) this.#idleSince(this.mayRun() ? 0 : this.#idleAt, false)
      return done
    })
  }

  hasBegun = (): boolean => this.#task !== undefined

  /** Stores provider events, given as bits by fingerprint. Ignores people who are not in this lane. */
  recordEvents(bits: ReadonlyMap<string, number>): void {
    this.#db.transaction(() => this.ledger.recordEvents(bits))
  }

  /** Which of the fingerprints this lane has, by the rule of the dispatch that asks. */
  reachAmong(fingerprints: string[], rule: ReachRule): Reach {
    const wanted = new Set(fingerprints)
    const { reached, open } = reachOf(this.ledger.find(wanted), this.ledger.openCalls, rule)
    const remaining = Object.values(this.#progress.remaining).flat()
    return {
      reached: [...remaining.filter((one) => wanted.has(one)), ...reached],
      open,
      claimed: fingerprints.filter((one) => this.claims.has(one)),
    }
  }

  /** Whether planning holds the person outside of a batch. */
  isRemaining = (fingerprint: string): boolean =>
    this.claims.has(fingerprint) || Object.values(this.#progress.remaining).some((some) => some.includes(fingerprint))

  /** Clears what is in memory, so that nothing more is stored. The caller deletes the storage. */
  forget(): void {
    this.#task = undefined
    this.#idleAt = 0
  }

  /** When stored data must be deleted next (epoch ms); null while the lane runs or has not begun. */
  retentionAt(): number | null {
    if (this.#idleAt === 0 || this.#task === undefined) return null
    return this.#idleAt + (this.#finished && this.ledger.isSettled() ? LEDGER_DAYS : RECIPIENT_DAYS) * DAY_MS
  }

  /** Deletes data whose retention has ended. Returns when to call this again (epoch ms), or null if nothing is left. */
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
