import { FINGERPRINT_CHARS } from '../security/address.ts'
import type { Head } from './batch.ts'
import { addCounts, countMarks, noCounts } from './counts.ts'
import type { Counts } from './order.ts'

/** A provider's name for one person's mail: by this its events are told apart. */
export type Reference = [position: number, reference: string]

/** A batch's people: their fingerprints in order, their references, and their sealed envelopes until the batch is settled. */
export type Body = { people: string[]; references: Reference[]; envelopes: Uint8Array<ArrayBuffer> | null }

/** A batch about to be written for the first time. */
export type NewBatch = { head: Head; people: string[]; envelopes: Uint8Array<ArrayBuffer>; references?: Reference[] }

const HEAD_COLUMNS = 'id, locale, state, marks, generation, first_attempt_at, body_hash, due_at, tries, reason'

/**
 * The batches of one lane in its SQLite: one row a batch, no index (each would cost a further row written). The columns that
 * deciding needs are kept in memory too, so that choosing the next batch reads no row.
 */
export class Ledger {
  readonly #sql: SqlStorage
  readonly #heads = new Map<number, Head>()

  constructor(sql: SqlStorage) {
    this.#sql = sql
    // `envelopes` stands last, so that reading the other columns does not walk its overflow pages.
    sql.exec(`CREATE TABLE IF NOT EXISTS batch (
      id INTEGER PRIMARY KEY, locale TEXT NOT NULL, state TEXT NOT NULL, marks TEXT NOT NULL, generation INTEGER NOT NULL,
      first_attempt_at INTEGER NOT NULL, body_hash TEXT NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
      reason TEXT NOT NULL, refs TEXT NOT NULL, people TEXT NOT NULL, envelopes BLOB)`)
    for (const row of sql.exec<HeadRow>(`SELECT ${HEAD_COLUMNS} FROM batch`)) this.#heads.set(row.id, toHead(row))
  }

  heads(): IterableIterator<Head> {
    return this.#heads.values()
  }

  head(id: number): Head | undefined {
    return this.#heads.get(id)
  }

  nextId(): number {
    return Math.max(0, ...this.#heads.keys()) + 1
  }

  body(id: number): Body {
    const row = this.#sql
      .exec<{ people: string; refs: string; envelopes: ArrayBuffer | null }>(
        'SELECT people, refs, envelopes FROM batch WHERE id = ?',
        id,
      )
      .one()
    return {
      people: cut(row.people),
      references: readReferences(row.refs),
      envelopes: row.envelopes && new Uint8Array(row.envelopes),
    }
  }

  insert({ head, people, envelopes, references = [] }: NewBatch): void {
    this.#sql.exec(
      `INSERT INTO batch (${HEAD_COLUMNS}, refs, people, envelopes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...toRow(head),
      writeReferences(references),
      people.join(''),
      envelopes,
    )
    this.#heads.set(head.id, head)
  }

  /** One row written. Envelopes go with the last reason to keep them. */
  save(head: Head, references: readonly Reference[] = []): void {
    const [id, ...rest] = toRow(head)
    this.#sql.exec(
      `UPDATE batch SET locale = ?, state = ?, marks = ?, generation = ?, first_attempt_at = ?, body_hash = ?, due_at = ?,
       tries = ?, reason = ?, refs = refs || ?, envelopes = CASE WHEN ? THEN NULL ELSE envelopes END WHERE id = ?`,
      ...rest,
      writeReferences(references),
      head.state === 'settled' ? 1 : 0,
      id,
    )
    this.#heads.set(head.id, head)
  }

  remove(id: number): void {
    this.#sql.exec('DELETE FROM batch WHERE id = ?', id)
    this.#heads.delete(id)
  }

  clear(): void {
    this.#sql.exec('DELETE FROM batch')
    this.#heads.clear()
  }

  dropEnvelopes(id: number): void {
    this.#sql.exec('UPDATE batch SET envelopes = NULL WHERE id = ?', id)
  }

  /** Every fingerprint of this lane, but those who were cancelled before anything was sent to them. */
  *reached(): IterableIterator<string> {
    for (const row of this.#sql.exec<{ people: string; marks: string }>('SELECT people, marks FROM batch')) {
      for (const [position, fingerprint] of cut(row.people).entries())
        if (row.marks[position] !== 'c') yield fingerprint
    }
  }

  counts(): { counts: Counts; perLocale: Record<string, Counts> } {
    const perLocale: Record<string, Counts> = {}
    for (const head of this.#heads.values()) {
      const counts = perLocale[head.locale] ?? noCounts()
      perLocale[head.locale] = counts
      countMarks(counts, head.marks)
    }
    const counts = noCounts()
    for (const some of Object.values(perLocale)) addCounts(counts, some)
    return { counts, perLocale }
  }
}

type HeadRow = {
  id: number
  locale: string
  state: string
  marks: string
  generation: number
  first_attempt_at: number
  body_hash: string
  due_at: number
  tries: number
  reason: string
}

function toHead(row: HeadRow): Head {
  const { state } = row
  if (state !== 'waiting' && state !== 'attempted' && state !== 'uncertain' && state !== 'settled') {
    throw new Error(`ledger: batch ${row.id} has the unknown state ${state}`)
  }
  return {
    id: row.id,
    locale: row.locale,
    state,
    marks: row.marks,
    generation: row.generation,
    firstAttemptAt: row.first_attempt_at,
    bodyHash: row.body_hash,
    dueAt: row.due_at,
    tries: row.tries,
    reason: row.reason,
  }
}

const toRow = (head: Head): [number, ...Array<string | number>] => [
  head.id,
  head.locale,
  head.state,
  head.marks,
  head.generation,
  head.firstAttemptAt,
  head.bodyHash,
  head.dueAt,
  head.tries,
  head.reason,
]

/** One line each, so that later ones are added without the earlier being read. */
const writeReferences = (references: readonly Reference[]): string =>
  references.map(([position, reference]) => `${position} ${reference}\n`).join('')

const readReferences = (lines: string): Reference[] =>
  lines.split('\n').flatMap((line): Reference[] => {
    const space = line.indexOf(' ')
    return space < 1 ? [] : [[Number(line.slice(0, space)), line.slice(space + 1)]]
  })

function cut(people: string): string[] {
  return Array.from({ length: people.length / FINGERPRINT_CHARS }, (_, i) =>
    people.slice(i * FINGERPRINT_CHARS, (i + 1) * FINGERPRINT_CHARS),
  )
}
