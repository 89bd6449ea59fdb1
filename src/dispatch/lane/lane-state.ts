import * as z from 'zod'
import * as batch from '../../delivery/batch.ts'
import { LEDGER_TABLES, Ledger, type NewBatch } from '../../delivery/ledger.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { blob, type Database, type Entry } from '../../storage/database.ts'
import type { Step } from '../../storage/migrate.ts'
import { type LaneReport, reportOf } from './lane-report.ts'
import { type Control, controlSchema, type LaneOrder, laneOrderSchema } from './lane-task.ts'

const DAY_MS = 86_400_000
/** Days a paused or uncertain batch keeps its envelopes: long enough for a person to decide, short enough not to be a second list. */
export const ENVELOPE_DAYS = 30
/** Days a finished lane keeps its ledger of fingerprints: as long as an appeal might be sent again or an event come in. */
export const LEDGER_DAYS = 400

/** How far planning has come. `remainders` are sealed people by language who do not fill a batch yet. */
const progress = z.object({
  prefix: z.int(), // which of the lane's it is at
  cursor: z.string().optional(),
  lastKey: z.string().optional(),
  done: z.boolean(),
  remaining: z.record(z.string(), z.array(z.string())), // fingerprints of those in the sealed remainders, by language
  tally: z.record(z.string(), z.int()), // let go without a batch, by language
  damaged: z.int(),
})
export type Progress = z.infer<typeof progress>

export const LANE_STEPS: readonly Step[] = [
  {
    name: 'ledger and plan',
    run: ({ sql }) =>
      sql.exec(`${LEDGER_TABLES};
        CREATE TABLE plan (id INTEGER PRIMARY KEY CHECK (id = 1), progress TEXT NOT NULL, remainders BLOB)`),
  },
]

const planRow = z.object({ progress: jsonText(progress) })
const remaindersRow = z.object({ remainders: blob.nullable() })
const toldSchema = z.object({ control: controlSchema, turn: z.int() }) // `turn` of the dispatch, when it said so
const idleSchema = z.object({ at: z.number(), finished: z.boolean() })

const NOTHING_READ: Progress = { prefix: 0, done: false, remaining: {}, tally: {}, damaged: 0 }

/** What a lane keeps: its order, what it may do, how far it has planned, and the ledger. */
export class LaneState {
  readonly ledger: Ledger
  readonly #db: Database
  readonly #orderEntry: Entry<LaneOrder>
  readonly #toldEntry: Entry<z.infer<typeof toldSchema>>
  readonly #idleEntry: Entry<z.infer<typeof idleSchema>>
  #order: LaneOrder | undefined
  #control: Control | undefined
  #turn = 0
  #finished = false
  #idleAt = 0 // since when nothing has been going on: paused, cancelled or finished; 0 while it runs
  #progress: Progress = NOTHING_READ

  constructor(db: Database) {
    this.#db = db
    this.#orderEntry = db.entry('order', laneOrderSchema)
    this.#toldEntry = db.entry('control', toldSchema)
    this.#idleEntry = db.entry('idle', idleSchema)
    this.ledger = new Ledger(db)
    db.remember(() => {
      this.#order = this.#orderEntry.get()
      const told = this.#toldEntry.get()
      this.#control = told?.control
      this.#turn = told?.turn ?? 0
      const idle = this.#idleEntry.get()
      this.#idleAt = idle?.at ?? 0
      this.#finished = idle?.finished ?? false
      this.#progress = db.row(planRow, 'SELECT progress FROM plan')?.progress ?? NOTHING_READ
    })
  }

  /** A pause or cancel that has overtaken the order holds. */
  begin(order: LaneOrder): void {
    if (this.#order !== undefined) return
    const control = this.#control ?? 'run'
    this.#db.transaction(() => {
      this.#orderEntry.put(order)
      this.#toldEntry.put({ control, turn: this.#turn })
    })
    this.#order = order
    this.#control = control
  }

  /**
   * Cancelling marks everybody who waits; it is final. What was said in an earlier turn of the dispatch and arrives late is ignored, or
   * a pause that was acknowledged could be undone by the resume before it.
   */
  control(control: Control, now: number, turn = this.#turn): void {
    if (this.#control === 'cancel' || turn < this.#turn) return
    const isNew = this.#control !== control
    if (!isNew && turn === this.#turn) return
    this.#db.transaction(() => {
      this.#toldEntry.put({ control, turn })
      if (control === 'cancel') this.#letGo()
      if (isNew) this.#idleSince(control === 'run' ? 0 : now, control === 'cancel')
    })
    this.#control = control
    this.#turn = turn
  }

  #letGo(): void {
    for (const head of [...this.ledger.due()]) this.ledger.save(batch.cancel(head))
    // People who filled no batch yet go with their envelopes; they stay counted.
    const { remaining, ...progress } = this.#progress
    const tally = Object.fromEntries(Object.entries(remaining).map(([locale, people]) => [locale, people.length]))
    this.planned({ ...progress, done: true, remaining: {}, tally }, null, [])
  }

  order(): LaneOrder {
    if (this.#order === undefined) throw new Error('this lane has not begun')
    return this.#order
  }

  mayRun = (): boolean => this.#control === 'run'
  isCancelled = (): boolean => this.#control === 'cancel'
  isFinished = (): boolean => this.#finished && this.#control === 'run'
  isPlanned = (): boolean => this.#progress.done
  hasWork = (): boolean => this.mayRun() && this.ledger.due().next().done !== true
  isIdle = (): boolean => this.#order === undefined || this.#control !== 'run' || this.#finished

  progress = (): Progress => this.#progress

  /** Where a batch's envelopes are kept: sealed for this place, they open nowhere else. */
  placeOf = (batchId: number | 'remainders'): string => `${this.order().order.id}/${this.order().index}/${batchId}`

  remainders(): Uint8Array<ArrayBuffer> | null {
    return this.#db.row(remaindersRow, 'SELECT remainders FROM plan')?.remainders ?? null
  }

  /** Commits one page of planning, whole: a crash before it repeats the page, a crash after it does not. */
  planned(next: Progress, remainders: Uint8Array<ArrayBuffer> | null, batches: readonly NewBatch[]): void {
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
    return reportOf(this.ledger, this.#progress, this.#finished)
  }

  /** The batches the decision applied to. After a cancel nothing is sent again. */
  resolve(
    asked: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
    now: number,
  ): number[] {
    if (decision === 'send-again' && this.#control === 'cancel') return []
    const done: number[] = []
    this.#db.transaction(() => {
      for (const { id, generation } of asked) {
        const head = this.ledger.head(id)
        if (decision === 'send-again' && head !== undefined && this.ledger.body(id).envelopes === null) continue
        const resolved = head && batch.resolve(head, generation, decision, now)
        if (!resolved) continue
        this.ledger.save(resolved)
        done.push(id)
      }
      if (decision === 'send-again' && done.length > 0) this.#idleSince(this.mayRun() ? 0 : this.#idleAt, false)
    })
    return done
  }

  hasBegun = (): boolean => this.#order !== undefined

  /** What a provider has said of people; whom this lane does not have is passed over. */
  hear(bits: ReadonlyMap<string, number>): void {
    this.#db.transaction(() => this.ledger.hear(bits))
  }

  reachedAmong(fingerprints: string[]): string[] {
    const asked = new Set(fingerprints)
    const reached = Object.values(this.#progress.remaining).flatMap((people) => people.filter((one) => asked.has(one)))
    return [...reached, ...this.ledger.reachedAmong(asked)]
  }

  /** When something kept here will have to go; null while it runs, or has nothing. */
  retentionAt(): number | null {
    if (this.#idleAt === 0 || this.#order === undefined) return null
    return this.#idleAt + (this.#finished && this.ledger.isSettled() ? LEDGER_DAYS : ENVELOPE_DAYS) * DAY_MS
  }

  /** Drops what has been kept for its stated time; answers when to look again, or null when nothing is left. */
  retain(now: number): number | null {
    if (this.#idleAt === 0 || this.#order === undefined) return null
    return this.#db.transaction(() => {
      if (now >= this.#idleAt + ENVELOPE_DAYS * DAY_MS) {
        if (this.#control === 'pause') this.control('cancel', now)
        for (const head of this.ledger.uncertain()) this.ledger.dropEnvelopes(head.id)
      }
      if (this.#finished && now >= this.#idleAt + LEDGER_DAYS * DAY_MS) {
        this.ledger.clear()
        return null
      }
      return this.#idleAt + (this.#finished ? LEDGER_DAYS : ENVELOPE_DAYS) * DAY_MS
    })
  }

  #idleSince(at: number, finished: boolean): void {
    this.#idleEntry.put({ at, finished })
    this.#idleAt = at
    this.#finished = finished
  }
}
