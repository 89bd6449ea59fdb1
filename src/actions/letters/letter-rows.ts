import * as z from 'zod'
import { blob, type Database, flag } from '../../storage/database.ts'
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
const heldGroup = z.object({ addressee: z.string(), address: z.int(), revision: z.string(), since: z.number() })
type HeldGroup = z.infer<typeof heldGroup>

const SELECT_LETTERS = `SELECT id, addressee, address, recipient, draft, writer, fingerprint, revision, batch, position, in_cc AS inCc,
    confirmed_at AS confirmedAt, date FROM letter`

const entryRow = z.object({ entry: blob.nullable() })
const sizeRow = z.object({ bytes: z.int() })
const batchRow = z.object({ batch: z.int() })
const mailsRow = z.object({ writer: z.string(), places: z.string() })

/** Where a letter stands: its batch (0 while it is held for a digest) and its position there. */
export type MailPlace = Pick<LetterRow, 'batch' | 'position'>

/** The table of letters in SQL alone: one row for each writer and address. Decisions are made in `letter-state.ts`. */
export class LetterRows {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
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

  /** The letters that are held for a digest, grouped by address and revision. */
  held(): HeldGroup[] {
    return this.#db.rows(
      heldGroup,
      'SELECT addressee, address, revision, MIN(date) AS since FROM letter WHERE batch = 0 GROUP BY addressee, address, revision',
    )
  }

  heldIn({ addressee, address, revision }: HeldGroup): LetterRow[] {
    const where = 'batch = 0 AND addressee = ? AND address = ? AND revision = ? ORDER BY id'
    return this.#select(where, addressee, address, revision)
  }

  /** Bytes of the sealed entries of `heldIn`, in its order. */
  entrySizesIn({ addressee, address, revision }: HeldGroup): number[] {
    const where = 'batch = 0 AND addressee = ? AND address = ? AND revision = ? ORDER BY id'
    const query = `SELECT COALESCE(LENGTH(entry), 0) AS bytes FROM letter WHERE ${where}`
    return this.#db.rows(sizeRow, query, addressee, address, revision).map(({ bytes }) => bytes)
  }

  /** Number of held letters to one kind of addressee. */
  countHeld(kind: AddresseeKind): number {
    return this.#db.count('SELECT COUNT(*) FROM letter WHERE batch = 0 AND kind = ?', kind)
  }

  /** A writer's letters to targets, in the order of confirmation. */
  toTargets(writer: string): LetterRow[] {
    return this.#select("writer = ? AND kind = 'target' ORDER BY id", writer)
  }

  /** Where each writer's letters to targets stand. One row per writer, because there may be thousands. */
  placesToTargets(writers: readonly string[]): Array<{ writer: string; places: MailPlace[] }> {
    const query = `SELECT writer, group_concat(batch || '/' || position) AS places FROM letter
      WHERE kind = 'target' AND writer IN (SELECT value FROM json_each(?)) GROUP BY writer`
    const toPlace = (text: string): MailPlace => {
      const [batch = 0, position = 0] = text.split('/').map(Number)
      return { batch, position }
    }
    const rows = this.#db.rows(mailsRow, query, JSON.stringify(writers))
    return rows.map(({ writer, places }) => ({ writer, places: places.split(',').map(toPlace) }))
  }

  /** Ids of the batches to an address of an addressee. `recipient` is the address's fingerprint. */
  batchesTo(addressee: string, recipient: string): number[] {
    return this.#batches('batch != 0 AND addressee = ? AND recipient = ?', addressee, recipient)
  }

  /** Ids of the batches that still have a digest entry. */
  batchesWithEntries(): number[] {
    return this.#batches('batch != 0 AND entry IS NOT NULL')
  }

  #batches(where: string, ...values: string[]): number[] {
    const query = `SELECT DISTINCT batch FROM letter WHERE ${where} ORDER BY batch`
    return this.#db.rows(batchRow, query, ...values).map(({ batch }) => batch)
  }

  #select(where: string, ...values: Array<string | number>): LetterRow[] {
    return this.#db.rows(letterRow, `${SELECT_LETTERS} WHERE ${where}`, ...values)
  }

  /** Puts a held letter into a batch. `date` (epoch ms): when its mail is to leave. */
  assignBatch(id: number, batch: number, position: number, date: number): void {
    this.#db.run('UPDATE letter SET batch = ?, position = ?, date = ? WHERE id = ?', batch, position, date, id)
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
    const byPerson = 'fingerprint = ?1 OR writer = ?1'
    this.#db.run(`UPDATE letter SET entry = NULL WHERE ${byPerson}`, fingerprint)
    return this.#select(byPerson, fingerprint)
  }

  dropEntriesOf(batches: readonly number[]): void {
    const inBatches = 'batch IN (SELECT value FROM json_each(?))'
    this.#db.run(`UPDATE letter SET entry = NULL WHERE entry IS NOT NULL AND ${inBatches}`, JSON.stringify(batches))
  }

  dropEntries(): void {
    this.#db.run('UPDATE letter SET entry = NULL WHERE entry IS NOT NULL')
  }

  clear(): void {
    this.#db.run('DELETE FROM letter')
  }
}
