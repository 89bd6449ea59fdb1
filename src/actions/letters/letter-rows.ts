import * as z from 'zod'
import { blob, type Database, flag } from '../../storage/database.ts'
import type { StepStorage } from '../../storage/migrate.ts'
import { HeldGroups } from '../held-groups.ts'
import { type Addressee, type AddresseeKind, kindOf } from './addressees.ts'

/**
 * A new letter to one address of an addressee, sealed: as a mail of its own (`alone`), as an entry of a digest (`among`), or both. With
 * neither it is stored as cancelled.
 */
export type NewLetter = {
  addressee: Addressee
  address: number // index in the addressee's addresses
  recipient: string // fingerprint of the address
  alone: Uint8Array<ArrayBuffer> | null
  among: Uint8Array<ArrayBuffer> | null
}

/** The letters of one writer. `writer` is the fingerprint of the writer's mailbox, `fingerprint` that of the address. */
export type WrittenLetters = {
  draft: string
  writer: string
  fingerprint: string
  revision: string
  letters: readonly NewLetter[]
}

export const LETTER_TABLE = `
  CREATE TABLE letter (
    id INTEGER PRIMARY KEY, addressee TEXT NOT NULL, kind TEXT NOT NULL, address INTEGER NOT NULL, recipient TEXT NOT NULL,
    draft TEXT NOT NULL, writer TEXT NOT NULL, fingerprint TEXT NOT NULL, revision TEXT NOT NULL,
    batch INTEGER NOT NULL, position INTEGER NOT NULL, in_cc INTEGER NOT NULL DEFAULT 1,
    confirmed_at INTEGER NOT NULL, date INTEGER NOT NULL, entry BLOB,
    UNIQUE (writer, addressee, address));
  CREATE INDEX letter_batch ON letter (batch)`

/**
 * Adds indexes of held letters and of writers with an address other than their mailbox, drops the words of settled mails, and counts the
 * held letters. Returns the writers who still have an open letter to a target. `open`: ids of the batches that are not settled.
 */
export function indexLetters(step: StepStorage, open: ReadonlySet<number>): Set<string> {
  const { sql } = step
  const openIds = JSON.stringify([...open])
  sql.exec(`
    CREATE INDEX letter_held ON letter (addressee, address, revision, date) WHERE batch = 0;
    CREATE INDEX letter_address ON letter (fingerprint) WHERE fingerprint != writer`)
  sql.exec(
    'UPDATE letter SET entry = NULL WHERE entry IS NOT NULL AND batch != 0 AND batch NOT IN (SELECT value FROM json_each(?))',
    openIds,
  )
  const held = 'SELECT addressee, address, revision, COUNT(*) AS letters FROM letter WHERE batch = 0 GROUP BY 1, 2, 3'
  HeldGroups.fill(step, [...sql.exec(held)])
  const writers = `SELECT DISTINCT writer FROM letter
    WHERE kind = 'target' AND (batch = 0 OR batch IN (SELECT value FROM json_each(?)))`
  return new Set([...sql.exec(writers, openIds)].map(({ writer }) => String(writer)))
}

const letterRow = z.object({
  id: z.int(),
  addressee: z.string(),
  address: z.int(),
  recipient: z.string(),
  draft: z.string(),
  writer: z.string(),
  fingerprint: z.string(),
  revision: z.string(),
  batch: z.int(), // 0 while it is held for a digest
  position: z.int(), // of the writer in the batch
  inCc: flag, // false after a refusal that one of the Cc addresses may have caused: the mail goes without Cc
  confirmedAt: z.number(), // when it was confirmed, epoch ms
  date: z.number(), // when its mail was to leave, epoch ms; while it is held, the time it was confirmed
})
export type LetterRow = z.infer<typeof letterRow>

/** Held letters of one revision to one address of an addressee. `since` is the time of the oldest, in epoch ms. */
type HeldGroup = Pick<LetterRow, 'addressee' | 'address' | 'revision'> & { since: number }

const SELECT_LETTERS = `SELECT id, addressee, address, recipient, draft, writer, fingerprint, revision, batch, position, in_cc AS inCc,
    confirmed_at AS confirmedAt, date FROM letter`

const entryRow = z.object({ entry: blob.nullable() })
const sizeRow = z.object({ bytes: z.int() })
const batchRow = z.object({ batch: z.int() })
const placeRow = z.object({ batch: z.int(), position: z.int() })
const sinceRow = z.object({ since: z.number() })
const writerRow = z.object({ writer: z.string() })

/** The table of letters in SQL alone: one row for each writer and address. Decisions are made in `letter-state.ts`. */
export class LetterRows {
  readonly #db: Database
  readonly #held: HeldGroups

  constructor(db: Database) {
    this.#db = db
    this.#held = new HeldGroups(db)
  }

  has(writer: string, addressee: string, address: number): boolean {
    const where = 'writer = ? AND addressee = ? AND address = ?'
    return this.#db.has(`SELECT 1 FROM letter WHERE ${where}`, writer, addressee, address)
  }

  insert(row: Omit<LetterRow, 'id' | 'inCc'>, entry: Uint8Array<ArrayBuffer> | null): void {
    const { addressee, address, recipient, draft, writer, fingerprint, revision, batch, position, confirmedAt, date } =
      row
    const who = [draft, writer, fingerprint, revision]
    const values = [addressee, kindOf(addressee), address, recipient, ...who, batch, position, confirmedAt, date, entry]
    this.#db.run(
      `INSERT INTO letter
         (addressee, kind, address, recipient, draft, writer, fingerprint, revision, batch, position, confirmed_at, date, entry)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...values,
    )
    if (batch === 0) this.#held.add(row, 1)
  }

  /** The letters of a batch, in the order of its people. */
  inBatch(id: number): LetterRow[] {
    return this.#select('batch = ? ORDER BY position', id)
  }

  /** The sealed digest entries of a batch, in the order of its people; null where an entry was dropped. */
  entriesOf(id: number): Array<Uint8Array<ArrayBuffer> | null> {
    const query = 'SELECT entry FROM letter WHERE batch = ? ORDER BY position'
    return this.#db.rows(entryRow, query, id).map(({ entry }) => entry)
  }

  /** The letters that are held for a digest, grouped by address and revision. Reads two rows for each group. */
  held(): HeldGroup[] {
    return this.#held.all().flatMap((group) => {
      const { addressee, address, revision } = group
      const query = `SELECT date AS since FROM letter WHERE ${IS_HELD} ORDER BY date LIMIT 1`
      const oldest = this.#db.row(sinceRow, query, addressee, address, revision)
      return oldest === undefined ? [] : [{ addressee, address, revision, ...oldest }]
    })
  }

  /** The held letters of a group, the oldest first, at most `most`. */
  heldIn({ addressee, address, revision }: HeldGroup, most: number): LetterRow[] {
    return this.#select(`${IS_HELD} ORDER BY date, id LIMIT ?`, addressee, address, revision, most)
  }

  /** Bytes of the sealed entries of `heldIn`, in its order. */
  entrySizesIn({ addressee, address, revision }: HeldGroup, most: number): number[] {
    const query = `SELECT COALESCE(LENGTH(entry), 0) AS bytes FROM letter WHERE ${IS_HELD} ORDER BY date, id LIMIT ?`
    return this.#db.rows(sizeRow, query, addressee, address, revision, most).map(({ bytes }) => bytes)
  }

  /** Number of held letters to one kind of addressee. */
  countHeld(kind: AddresseeKind): number {
    return this.#held.count(kind)
  }

  /** A writer's letters to targets, in the order of confirmation. */
  toTargets(writer: string): LetterRow[] {
    return this.#select("writer = ? AND kind = 'target' ORDER BY id", writer)
  }

  /** Where a writer's letters to targets stand: batch (0 while held for a digest) and position in it. */
  placesToTargets(writer: string): Array<{ batch: number; position: number }> {
    return this.#db.rows(placeRow, "SELECT batch, position FROM letter WHERE writer = ? AND kind = 'target'", writer)
  }

  /** Mailbox fingerprints of the writers in a batch. */
  writersIn(batch: number): string[] {
    const query = 'SELECT writer FROM letter WHERE batch = ?'
    return this.#db.rows(writerRow, query, batch).map(({ writer }) => writer)
  }

  /** Ids of the batches to an address of an addressee. `recipient` is the address's fingerprint. */
  batchesTo(addressee: string, recipient: string): number[] {
    const where = 'batch != 0 AND addressee = ? AND recipient = ?'
    const query = `SELECT DISTINCT batch FROM letter WHERE ${where} ORDER BY batch`
    return this.#db.rows(batchRow, query, addressee, recipient).map(({ batch }) => batch)
  }

  #select(where: string, ...values: Array<string | number>): LetterRow[] {
    return this.#db.rows(letterRow, `${SELECT_LETTERS} WHERE ${where}`, ...values)
  }

  /** Puts held letters of one group into a batch, in this order. `date` (epoch ms): when its mail is to leave. */
  assignBatch(rows: readonly LetterRow[], batch: number, date: number): void {
    for (const [position, { id }] of rows.entries())
      this.#db.run('UPDATE letter SET batch = ?, position = ?, date = ? WHERE id = ?', batch, position, date, id)
    const [first] = rows
    if (first !== undefined) this.#held.add(first, -rows.length)
  }

  /** Changes the date (epoch ms) of a batch's mail. */
  redate(batch: number, date: number): void {
    this.#db.run('UPDATE letter SET date = ? WHERE batch = ?', date, batch)
  }

  /** Makes the batch's mail go without its Cc addresses from now on. */
  leaveOutCc(batch: number): void {
    this.#db.run('UPDATE letter SET in_cc = 0 WHERE batch = ?', batch)
  }

  /** Drops a person's digest entries, by the fingerprint of their address or mailbox. Returns all letters of the person. */
  dropEntriesByPerson(fingerprint: string): LetterRow[] {
    const byPerson = 'writer = ?1 OR (fingerprint = ?1 AND fingerprint != writer)' // two indexes answer it
    this.#db.run(`UPDATE letter SET entry = NULL WHERE ${byPerson}`, fingerprint)
    return this.#select(byPerson, fingerprint)
  }

  /** Drops the digest entries of a batch. */
  dropEntriesOf(batch: number): void {
    this.#db.run('UPDATE letter SET entry = NULL WHERE batch = ? AND entry IS NOT NULL', batch)
  }

  clear(): void {
    this.#db.run('DELETE FROM letter')
    this.#held.clear()
  }
}

const IS_HELD = 'batch = 0 AND addressee = ? AND address = ? AND revision = ?'
