import * as z from 'zod'
import { FINGERPRINT_CHARS } from '../security/address.ts'
import { blob, type Database } from '../storage/database.ts'
import { type BatchHeader, batchHeaderSchema } from './batch.ts'
import { type Counts, Tally } from './counts.ts'
import { DELIVERY_EVENTS_TABLE, DeliveryEvents, mergeEvents } from './delivery-events.ts'
import type { SealedRecipients } from './sealed-recipients.ts'

/** A provider's name for one person's mail: by this its events are told apart. */
export type MailReference = [position: number, reference: string]

/** A batch's people: their fingerprints in order, their references, and their sealed recipients until the batch is settled. */
export type BatchBody = { people: string[]; references: MailReference[]; recipients: SealedRecipients | null }

/** A batch about to be written for the first time. */
export type NewBatch = {
  head: BatchHeader
  people: string[]
  recipients: SealedRecipients
  references?: MailReference[]
}

/** `recipients` stands last, so that reading the other columns does not walk its overflow pages. */
export const LEDGER_TABLES = `CREATE TABLE batch (
    id INTEGER PRIMARY KEY, group_key TEXT NOT NULL, state TEXT NOT NULL, statuses TEXT NOT NULL, generation INTEGER NOT NULL,
    first_attempt_at INTEGER NOT NULL, via TEXT NOT NULL, body_hash TEXT NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    reason TEXT NOT NULL, refs TEXT NOT NULL, people TEXT NOT NULL, recipients BLOB);
  ${DELIVERY_EVENTS_TABLE}`

const HEADS = `SELECT id, group_key AS "group", state, statuses, generation, first_attempt_at AS firstAttemptAt, via, body_hash AS bodyHash,
  due_at AS dueAt, tries, reason FROM batch ORDER BY id`

const peopleRow = z.object({ people: z.string() })
const bodyRow = z.object({ people: z.string(), refs: z.string(), recipients: blob.nullable() })
const spanRow = z.object({ id: z.int(), first: z.string(), last: z.string() })

/** The first and the last of a batch's people, who stand in the order of their fingerprints. */
type FingerprintSpan = { first: string; last: string }

/**
 * The batches of one lane in its SQLite: one row a batch, no index (each would cost a further row written). The columns that
 * deciding needs are kept in memory too, so that choosing the next batch reads no row; those of open batches stand apart, so that
 * it does not walk past everything that is settled.
 */
export class Ledger {
  readonly deliveryEvents: DeliveryEvents
  readonly #db: Database
  #heads = new Map<number, BatchHeader>()
  #due = new Map<number, BatchHeader>() // waiting or attempted: untouched ones in front, the last touched at the end
  #uncertain = new Map<number, BatchHeader>()
  #tally = new Tally()
  #spans: Map<number, FingerprintSpan> | undefined // made when somebody first asks who has been reached
  #lastId = 0

  constructor(db: Database) {
    this.#db = db
    this.deliveryEvents = new DeliveryEvents(db)
    db.keepInSync(() => {
      this.#reset()
      for (const head of db.rows(batchHeaderSchema, HEADS)) this.#index(head)
    })
  }

  heads(): IterableIterator<BatchHeader> {
    return this.#heads.values()
  }

  /** Those that are waiting or unanswered; the ones nothing has happened to yet come first, by number. */
  due(): IterableIterator<BatchHeader> {
    return this.#due.values()
  }

  uncertain(): IterableIterator<BatchHeader> {
    return this.#uncertain.values()
  }

  isSettled = (): boolean => this.#due.size + this.#uncertain.size === 0

  head(id: number): BatchHeader | undefined {
    return this.#heads.get(id)
  }

  nextId(): number {
    return this.#lastId + 1
  }

  body(id: number): BatchBody {
    const { people, refs, recipients } = this.#db.one(
      bodyRow,
      'SELECT people, refs, recipients FROM batch WHERE id = ?',
      id,
    )
    return { people: splitFingerprints(people), references: readReferences(refs), recipients }
  }

  /** Fingerprints alone: recipients are most of a row. */
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
    this.#index(head)
    this.#spans?.set(head.id, { first: people.at(0) ?? '', last: people.at(-1) ?? '' })
  }

  /** One row written. Envelopes go with the last reason to keep them. */
  save(head: BatchHeader, references: readonly MailReference[] = []): void {
    const [id, ...rest] = toRow(head)
    this.#db.run(
      `UPDATE batch SET group_key = ?, state = ?, statuses = ?, generation = ?, first_attempt_at = ?, via = ?, body_hash = ?, due_at = ?,
       tries = ?, reason = ?, refs = refs || ?, recipients = CASE WHEN ? THEN NULL ELSE recipients END WHERE id = ?`,
      ...rest,
      writeReferences(references),
      head.state === 'settled' ? 1 : 0,
      id,
    )
    this.#index(head)
  }

  /** Puts parts in the place of a batch, in one transaction: `positions` are those of each part's people in the whole. */
  replace(id: number, parts: ReadonlyArray<NewBatch & { positions: readonly number[] }>): void {
    this.#db.transaction(() => {
      const events = this.deliveryEvents.digitsOf(id)
      this.#db.run('DELETE FROM batch WHERE id = ?', id)
      this.#unindex(id)
      this.deliveryEvents.delete(id)
      this.#spans?.delete(id)
      for (const { positions, ...part } of parts) {
        this.insert(part)
        if (events !== undefined)
          this.deliveryEvents.put(part.head.id, positions.map((position) => events[position] ?? '0').join(''))
      }
    })
  }

  clear(): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM batch')
      this.deliveryEvents.clear()
      this.#reset()
    })
  }

  dropRecipients(id: number): void {
    this.#db.run('UPDATE batch SET recipients = NULL WHERE id = ?', id)
  }

  /**
   * Those of the given whom this lane has, but those who were cancelled before anything was sent to them. Only the batches that
   * may hold one are read: whoever plans by pages asks for a small range at a time.
   */
  reachedAmong(fingerprints: ReadonlySet<string>): string[] {
    return [...this.#find(fingerprints)].map(({ fingerprint }) => fingerprint)
  }

  /** Keeps what a provider has said of people, by fingerprint; of others, and of those it was never asked to write to, nothing. */
  recordEvents(bits: ReadonlyMap<string, number>): void {
    const perBatch = new Map<number, Map<number, number>>()
    for (const { id, position, fingerprint } of this.#find(bits)) {
      const events = perBatch.get(id) ?? new Map<number, number>()
      perBatch.set(id, events.set(position, bits.get(fingerprint) ?? 0))
    }
    for (const [id, events] of perBatch) {
      const nothing = '0'.repeat(this.#heads.get(id)?.statuses.size ?? 0)
      this.deliveryEvents.put(id, mergeEvents(this.deliveryEvents.digitsOf(id) ?? nothing, events))
    }
  }

  /** Where those of the given stand whom this lane has, but those who were cancelled before anything was sent to them. */
  *#find(wanted: {
    has(fingerprint: string): boolean
    keys(): Iterable<string>
  }): Iterable<{ id: number; position: number; fingerprint: string }> {
    const ordered = [...wanted.keys()].sort()
    const [from, to] = [ordered.at(0), ordered.at(-1)]
    if (from === undefined || to === undefined) return
    for (const [id, { first, last }] of this.#allSpans()) {
      if (first > to || last < from) continue
      const statuses = this.#heads.get(id)?.statuses
      for (const [position, fingerprint] of this.people(id).entries())
        if (statuses?.at(position) !== 'cancelled' && wanted.has(fingerprint)) yield { id, position, fingerprint }
    }
  }

  counts(): { counts: Counts; perGroup: Record<string, Counts> } {
    return this.#tally.totals()
  }

  #reset(): void {
    this.#heads = new Map()
    this.#due = new Map()
    this.#uncertain = new Map()
    this.#tally = new Tally()
    this.#spans = undefined
    this.#lastId = 0
  }

  #index(head: BatchHeader): void {
    this.#unindex(head.id)
    this.#heads.set(head.id, head)
    this.#lastId = Math.max(this.#lastId, head.id)
    this.#tally.count(head, 1)
    if (head.state === 'uncertain') this.#uncertain.set(head.id, head)
    else if (head.state !== 'settled') this.#due.set(head.id, head)
  }

  #unindex(id: number): void {
    const head = this.#heads.get(id)
    if (head !== undefined) this.#tally.count(head, -1)
    for (const some of [this.#heads, this.#due, this.#uncertain]) some.delete(id)
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

const toRow = (head: BatchHeader): [number, ...Array<string | number>] => [
  head.id,
  head.group,
  head.state,
  head.statuses.text,
  head.generation,
  head.firstAttemptAt,
  head.via,
  head.bodyHash,
  head.dueAt,
  head.tries,
  head.reason,
]

/** One line each, so that later ones are added without the earlier being read. */
const writeReferences = (references: readonly MailReference[]): string =>
  references.map(([position, reference]) => `${position} ${reference}\n`).join('')

const readReferences = (lines: string): MailReference[] =>
  lines.split('\n').flatMap((line): MailReference[] => {
    const space = line.indexOf(' ')
    return space < 1 ? [] : [[Number(line.slice(0, space)), line.slice(space + 1)]]
  })

function splitFingerprints(people: string): string[] {
  return Array.from({ length: people.length / FINGERPRINT_CHARS }, (_, i) =>
    people.slice(i * FINGERPRINT_CHARS, (i + 1) * FINGERPRINT_CHARS),
  )
}
