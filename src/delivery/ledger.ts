import { FINGERPRINT_CHARS } from '../security/address.ts'
import type { Database } from '../storage/database.ts'
import type { StepStorage } from '../storage/migrate.ts'
import { type BatchHeader, batchHeaderSchema } from './batch.ts'
import { type Counts, countStatuses, noCounts } from './counts.ts'
import { DELIVERY_EVENTS_TABLE, DeliveryEvents, mergeEvents } from './delivery-events.ts'
import { LedgerIndex } from './ledger-index.ts'
import type { BatchBody, MailReference, NewBatch } from './ledger-rows.ts'
import {
  bodyRow,
  peopleRow,
  readReferences,
  spanRow,
  splitFingerprints,
  toRow,
  writeReferences,
} from './ledger-rows.ts'
import type { RecipientStatus } from './recipient-statuses.ts'
import type { GroupCounts, RunningCounts } from './running-counts.ts'
import type { SealedRecipients } from './sealed-recipients.ts'

/** Days for which paused or uncertain batches keep their recipients: enough to decide, too short to become a second list of people. */
export const RECIPIENT_DAYS = 30
/** Days for which a finished ledger keeps its fingerprints: an appeal may be sent again, and events may come in. */
export const LEDGER_DAYS = 400

/** SQL of the ledger's tables. `recipients` is the last column: reading the others then skips its overflow pages. */
export const LEDGER_TABLES = `CREATE TABLE batch (
    id INTEGER PRIMARY KEY, group_key TEXT NOT NULL, state TEXT NOT NULL, statuses TEXT NOT NULL, generation INTEGER NOT NULL,
    first_attempt_at INTEGER NOT NULL, via TEXT NOT NULL, body_hash TEXT NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    reason TEXT NOT NULL, refs TEXT NOT NULL, people TEXT NOT NULL, recipients BLOB);
  ${DELIVERY_EVENTS_TABLE}`

const OPEN_INDEX = "CREATE INDEX batch_open ON batch (id) WHERE state != 'settled'"

/** Counts the people of each group, and indexes the open batches, so that a ledger with running counts can open. Returns the open ids. */
export function indexOpenBatches({ sql, kv }: StepStorage): Set<number> {
  sql.exec(OPEN_INDEX)
  const counts: GroupCounts = {}
  const open = new Set<number>()
  for (const row of sql.exec(HEADS)) {
    const head = batchHeaderSchema.parse(row)
    const some = counts[head.group] ?? noCounts()
    countStatuses(some, head.statuses)
    counts[head.group] = some
    if (head.state !== 'settled') open.add(head.id)
  }
  kv.put('letter-counts', counts)
  return open
}

const COLUMNS = `SELECT id, group_key AS "group", state, statuses, generation, first_attempt_at AS firstAttemptAt, via,
  body_hash AS bodyHash, due_at AS dueAt, tries, reason FROM batch`
const HEADS = `${COLUMNS} ORDER BY id`
const OPEN_HEADS = `${COLUMNS} INDEXED BY batch_open WHERE state != 'settled' ORDER BY id`

type FingerprintSpan = { first: string; last: string } // a batch's people are sorted by fingerprint

/** A person in a ledger. */
export type FoundPerson = { id: number; position: number; fingerprint: string; status: RecipientStatus | undefined }

/**
 * The stored batches of a lane or of a campaign's letters, in SQLite: one row per batch. Headers are also kept in memory, with running
 * counts only of open batches. Only open batches have an SQL index: each would cost a further written row per change.
 */
export class Ledger {
  readonly deliveryEvents: DeliveryEvents
  /** Batches of which a call is under way. In memory only: after a crash no call of this object is. */
  readonly openCalls = new Set<number>()
  readonly #db: Database
  #index = new LedgerIndex()
  readonly #running: RunningCounts | undefined
  #spans: Map<number, FingerprintSpan> | undefined // read on the first search for fingerprints

  constructor(db: Database, running?: RunningCounts) {
    this.#db = db
    this.#running = running
    this.deliveryEvents = new DeliveryEvents(db)
    db.keepInSync(() => {
      this.#reset()
      for (const head of db.rows(batchHeaderSchema, running === undefined ? HEADS : OPEN_HEADS)) this.#index.put(head)
      if (running === undefined) return
      this.#index.tally.restore(running.counts.get() ?? {})
      this.#index.lastId = db.count('SELECT COALESCE(MAX(id), 0) FROM batch')
    })
  }

  /** All batches. With running counts this reads the whole table. */
  heads(): Iterable<BatchHeader> {
    return this.#running === undefined ? this.#index.heads.values() : this.#db.rows(batchHeaderSchema, HEADS)
  }

  /** Waiting and attempted batches. Batches that were never changed come first, by id. */
  due(): IterableIterator<BatchHeader> {
    return this.#index.due.values()
  }

  /** Batches that an organiser must decide about. */
  uncertain(): IterableIterator<BatchHeader> {
    return this.#index.uncertain.values()
  }

  isSettled = (): boolean => this.#index.due.size + this.#index.uncertain.size === 0

  head(id: number): BatchHeader | undefined {
    const known = this.#index.heads.get(id)
    if (known !== undefined || this.#running === undefined) return known
    return this.#db.row(batchHeaderSchema, `${COLUMNS} WHERE id = ?`, id)
  }

  /** The state of a batch that is not settled. Reads no row. */
  openState(id: number): BatchHeader['state'] | undefined {
    const state = this.#index.heads.get(id)?.state
    return state === 'settled' ? undefined : state
  }

  nextId(): number {
    return this.#index.lastId + 1
  }

  body(id: number): BatchBody {
    const { people, refs, recipients } = this.#db.one(
      bodyRow,
      'SELECT people, refs, recipients FROM batch WHERE id = ?',
      id,
    )
    return { people: splitFingerprints(people), references: readReferences(refs), recipients }
  }

  /** Fingerprints of the batch's people by position. Cheaper than `body`. */
  people(id: number): string[] {
    return splitFingerprints(this.#db.one(peopleRow, 'SELECT people FROM batch WHERE id = ?', id).people)
  }

  insert({ head, people, recipients, references = [] }: NewBatch): void {
    this.#db.run(
      `INSERT INTO batch (id, group_key, state, statuses, generation, first_attempt_at, via, body_hash, due_at, tries, reason, refs, people,
       recipients) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...toRow(head),
      writeReferences(references),
      people.join(''),
      recipients,
    )
    this.#index.put(head)
    if (this.#running !== undefined && head.state === 'settled') this.#index.forget(head.id)
    this.#storeCounts()
    this.#spans?.set(head.id, { first: people.at(0) ?? '', last: people.at(-1) ?? '' })
  }

  /** Stores a changed header and new references. Deletes the sealed recipients once the batch is settled. */
  save(head: BatchHeader, references: readonly MailReference[] = []): void {
    if (this.#running === undefined) this.#update(head, references)
    else
      this.#db.transaction(() => {
        const before = this.head(head.id)
        this.#update(head, references)
        if (before?.state === 'settled') this.#index.tally.count(before, -1) // it was not in memory
        if (head.state === 'settled') this.#index.forget(head.id)
        if (before?.statuses.text !== head.statuses.text) this.#storeCounts()
        if (head.state === 'settled' || head.state === 'uncertain') this.#running?.closed(head)
      })
  }

  #update(head: BatchHeader, references: readonly MailReference[]): void {
    const [id, ...rest] = toRow(head)
    this.#db.run(
      `UPDATE batch SET group_key = ?, state = ?, statuses = ?, generation = ?, first_attempt_at = ?, via = ?, body_hash = ?, due_at = ?,
       tries = ?, reason = ?, refs = refs || ?, recipients = CASE WHEN ? THEN NULL ELSE recipients END WHERE id = ?`,
      ...rest,
      writeReferences(references),
      head.state === 'settled' ? 1 : 0,
      id,
    )
    this.#index.put(head)
  }

  #storeCounts(): void {
    this.#running?.counts.put(this.#index.tally.totals().perGroup)
  }

  /** Replaces a batch by parts, in one transaction. `positions` are the old positions of a part's people. */
  replace(id: number, parts: ReadonlyArray<NewBatch & { positions: readonly number[] }>): void {
    this.#db.transaction(() => {
      const events = this.deliveryEvents.digitsOf(id)
      this.#db.run('DELETE FROM batch WHERE id = ?', id)
      this.#index.delete(id)
      this.deliveryEvents.delete(id)
      this.#spans?.delete(id)
      for (const { positions, ...part } of parts) {
        this.insert(part)
        if (events !== undefined)
          this.deliveryEvents.put(part.head.id, positions.map((position) => events[position] ?? '0').join(''))
      }
      this.#storeCounts()
    })
  }

  clear(): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM batch')
      this.deliveryEvents.clear()
      this.#running?.counts.delete()
      this.#reset()
    })
  }

  /** Deletes the sealed recipients of a batch, which can then not be sent again; or replaces them by `rest`. */
  dropRecipients(id: number, rest: SealedRecipients | null = null): void {
    this.#db.run('UPDATE batch SET recipients = ? WHERE id = ? AND recipients IS NOT NULL', rest, id)
  }

  /** Stores provider events, given as bits by fingerprint. Ignores people who are not in this ledger, or were cancelled before a call. */
  recordEvents(bits: ReadonlyMap<string, number>): void {
    const perBatch = new Map<number, Map<number, number>>()
    for (const { id, position, fingerprint, status } of this.find(bits)) {
      if (status === 'cancelled') continue
      const events = perBatch.get(id) ?? new Map<number, number>()
      perBatch.set(id, events.set(position, bits.get(fingerprint) ?? 0))
    }
    for (const [id, events] of perBatch) {
      const noEvents = '0'.repeat(this.#index.heads.get(id)?.statuses.size ?? 0)
      this.deliveryEvents.put(id, mergeEvents(this.deliveryEvents.digitsOf(id) ?? noEvents, events))
    }
  }

  /**
   * Where each wanted fingerprint stands in this ledger. Reads only batches whose range can contain one: planning asks for small ranges.
   */
  *find(wanted: { has(fingerprint: string): boolean; keys(): Iterable<string> }): Iterable<FoundPerson> {
    const ordered = [...wanted.keys()].sort()
    const [from, to] = [ordered.at(0), ordered.at(-1)]
    if (from === undefined || to === undefined) return
    for (const [id, { first, last }] of this.#allSpans()) {
      if (first > to || last < from) continue
      const statuses = this.#index.heads.get(id)?.statuses
      for (const [position, fingerprint] of this.people(id).entries())
        if (wanted.has(fingerprint)) yield { id, position, fingerprint, status: statuses?.at(position) }
    }
  }

  counts(): { counts: Counts; perGroup: Record<string, Counts> } {
    return this.#index.tally.totals()
  }

  #reset(): void {
    this.#index = new LedgerIndex()
    this.#spans = undefined
  }

  #allSpans(): ReadonlyMap<number, FingerprintSpan> {
    if (this.#spans === undefined) {
      const rows = this.#db.rows(
        spanRow,
        `SELECT id, substr(people, 1, ${FINGERPRINT_CHARS}) AS first, substr(people, -${FINGERPRINT_CHARS}) AS last FROM batch`,
      )
      this.#spans = new Map(rows.map(({ id, first, last }) => [id, { first, last }]))
    }
    return this.#spans
  }
}
