import * as z from 'zod'
import * as batch from './batch.ts'
import { addCounts, addPerLocale, noCounts } from './counts.ts'
import type { Delivery } from './heard.ts'
import type { Control, LaneOrder } from './lane-order.ts'
import { Ledger, type NewBatch } from './ledger.ts'
import type { Counts } from './order.ts'

const DAY_MS = 86_400_000
/** Days a paused or uncertain batch keeps its envelopes: long enough for a person to decide, short enough not to be a second list. */
export const ENVELOPE_DAYS = 30
/** Days a finished lane keeps its ledger of fingerprints: as long as an appeal might be sent again or an event come in. */
export const LEDGER_DAYS = 400

/** How far planning has come. `remainders` are sealed people by language who do not fill a batch yet. */
const progress = z.object({
  prefix: z.int().default(0), // which of the lane's it is at; lanes had one before they could have several
  cursor: z.string().optional(),
  lastKey: z.string().optional(),
  done: z.boolean(),
  remaining: z.record(z.string(), z.array(z.string())), // fingerprints of those in the sealed remainders, by language
  tally: z.record(z.string(), z.int()), // let go without a batch, by language
  damaged: z.int(),
})
export type Progress = z.infer<typeof progress>

/** What a person who has to decide is shown; `bodyHash` is the SHA-256 of the call's body, by which a record of calls knows it. */
export type UncertainBatch = {
  id: number
  generation: number
  people: number
  reason: string
  attemptedAt: number
  bodyHash: string
  heard: number // of how many the provider has said anything, and has taken their mail
}

export type LaneReport = {
  counts: Counts
  perLocale: Record<string, Counts>
  delivery: Delivery
  planned: boolean
  finished: boolean
  damaged: number
  uncertain: UncertainBatch[]
}

/** What a lane keeps: its order, what it may do, how far it has planned, and the ledger. */
export class LaneState {
  readonly ledger: Ledger
  readonly #storage: DurableObjectStorage
  #order: LaneOrder | undefined
  #control: Control | undefined
  #turn: number // of the dispatch, when it said so
  #finished: boolean
  #idleAt: number // since when nothing has been going on: paused, cancelled or finished; 0 while it runs
  #progress: Progress

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    storage.sql.exec(`CREATE TABLE IF NOT EXISTS plan (
      id INTEGER PRIMARY KEY CHECK (id = 1), progress TEXT NOT NULL, remainders BLOB)`)
    this.ledger = new Ledger(storage.sql)
    this.#order = withPrefixes(storage.kv.get<LaneOrder & { prefix?: string }>('order'))
    const told = storage.kv.get<{ control: Control; turn: number }>('control')
    this.#control = told?.control
    this.#turn = told?.turn ?? 0
    const idle = storage.kv.get<{ at: number; finished: boolean }>('idle')
    this.#idleAt = idle?.at ?? 0
    this.#finished = idle?.finished ?? false
    const [row] = storage.sql.exec<{ progress: string }>('SELECT progress FROM plan').toArray()
    this.#progress = row
      ? progress.parse(JSON.parse(row.progress))
      : { prefix: 0, done: false, remaining: {}, tally: {}, damaged: 0 }
  }

  /** A pause or cancel that has overtaken the order holds. */
  begin(order: LaneOrder): void {
    if (this.#order !== undefined) return
    const control = this.#control ?? 'run'
    this.#storage.transactionSync(() => {
      this.#storage.kv.put('order', order)
      this.#storage.kv.put('control', { control, turn: this.#turn })
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
    this.#storage.transactionSync(() => {
      this.#storage.kv.put('control', { control, turn })
      if (control !== 'cancel') return
      for (const head of [...this.ledger.due()]) this.ledger.save(batch.cancel(head))
      // People who filled no batch yet go with their envelopes; they stay counted.
      const { remaining, ...progress } = this.#progress
      const tally = Object.fromEntries(Object.entries(remaining).map(([locale, people]) => [locale, people.length]))
      this.planned({ ...progress, done: true, remaining: {}, tally }, null, [])
    })
    this.#control = control
    this.#turn = turn
    if (isNew) this.#idleSince(control === 'run' ? 0 : now, control === 'cancel')
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
    const [row] = this.#storage.sql.exec<{ remainders: ArrayBuffer | null }>('SELECT remainders FROM plan').toArray()
    return row?.remainders ? new Uint8Array(row.remainders) : null
  }

  /** Commits one page of planning, whole: a crash before it repeats the page, a crash after it does not. */
  planned(next: Progress, remainders: Uint8Array<ArrayBuffer> | null, batches: readonly NewBatch[]): void {
    this.#storage.transactionSync(() => {
      for (const made of batches) this.ledger.insert(made)
      this.#storage.sql.exec('INSERT OR REPLACE INTO plan VALUES (1, ?, ?)', JSON.stringify(next), remainders)
    })
    this.#progress = next
  }

  finish(now: number): void {
    this.#idleSince(now, true)
  }

  report(): LaneReport {
    const { counts, perLocale } = this.ledger.counts()
    for (const [locale, people] of Object.entries(this.#progress.remaining)) {
      const waiting = { ...noCounts(), planned: people.length, waiting: people.length }
      addPerLocale(perLocale, { [locale]: waiting })
      addCounts(counts, waiting)
    }
    // Let go before they were in a batch: everybody in a dry run, and whoever filled no batch when it was cancelled.
    for (const [locale, people] of Object.entries(this.#progress.tally)) {
      const cancelled = { ...noCounts(), planned: people, cancelled: people }
      addPerLocale(perLocale, { [locale]: cancelled })
      addCounts(counts, cancelled)
    }
    return {
      counts,
      perLocale,
      delivery: this.ledger.heard.delivery(),
      planned: this.#progress.done,
      finished: this.#finished,
      damaged: this.#progress.damaged,
      uncertain: [...this.ledger.uncertain()]
        .sort((a, b) => a.id - b.id)
        .map((head) => ({
          id: head.id,
          generation: head.generation,
          people: head.marks.split('u').length - 1,
          reason: head.reason,
          attemptedAt: head.firstAttemptAt,
          bodyHash: batch.bodyOf(head),
          heard: heardOfUncertain(head.marks, this.ledger.heard.of(head.id)),
        })),
    }
  }

  /** The batches the decision applied to. After a cancel nothing is sent again. */
  resolve(
    asked: Array<{ id: number; generation: number }>,
    decision: 'send-again' | 'count-as-sent',
    now: number,
  ): number[] {
    if (decision === 'send-again' && this.#control === 'cancel') return []
    const done: number[] = []
    this.#storage.transactionSync(() => {
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
    this.#storage.transactionSync(() => this.ledger.hear(bits))
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
    if (now >= this.#idleAt + ENVELOPE_DAYS * DAY_MS) {
      if (this.#control === 'pause') this.control('cancel', now)
      for (const head of this.ledger.uncertain()) this.ledger.dropEnvelopes(head.id)
    }
    if (this.#finished && now >= this.#idleAt + LEDGER_DAYS * DAY_MS) {
      this.ledger.clear()
      return null
    }
    return this.#idleAt + (this.#finished ? LEDGER_DAYS : ENVELOPE_DAYS) * DAY_MS
  }

  #idleSince(at: number, finished: boolean): void {
    this.#storage.kv.put('idle', { at, finished })
    this.#idleAt = at
    this.#finished = finished
  }
}

const heardOfUncertain = (marks: string, digits = ''): number =>
  [...digits].filter((digit, position) => digit !== '0' && marks[position] === 'u').length

/** As it was kept before a lane could have several prefixes. */
function withPrefixes(kept: (LaneOrder & { prefix?: string }) | undefined): LaneOrder | undefined {
  if (kept?.prefix === undefined) return kept
  const { prefix, ...order } = kept
  return { ...order, prefixes: [prefix] }
}
