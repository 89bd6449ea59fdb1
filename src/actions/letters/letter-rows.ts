import * as z from 'zod'
import { blob, type Database, flag } from '../../storage/database.ts'
import { type Addressee, type AddresseeKind, kindOf } from './addressees.ts'

/** A letter about to be kept for one address of an addressee: as a mail of its own, as words for a mail with others', or either; or held back. */
export type NewLetter = {
  addressee: Addressee
  address: number
  recipient: string // fingerprint of the address
  alone: Uint8Array<ArrayBuffer> | null
  among: Uint8Array<ArrayBuffer> | null
}

/** What one person wrote. `writer` is the fingerprint of their mailbox, `fingerprint` of their address. */
export type WrittenLetters = {
  draft: string
  writer: string
  fingerprint: string
  revision: string
  letters: readonly NewLetter[]
}

export const LETTER_TABLE = `
  CREATE TABLE letter (
    id INTEGER PRIMARY KEY, addressee TEXT NOT NULL, kind TEXT NOT NULL, address INTEGER NOT NULL, recipient TEXT NOT NULL, draft TEXT NOT NULL,
    writer TEXT NOT NULL, fingerprint TEXT NOT NULL, revision TEXT NOT NULL, batch INTEGER NOT NULL, position INTEGER NOT NULL,
    in_cc INTEGER NOT NULL DEFAULT 1, confirmed_at INTEGER NOT NULL, date INTEGER NOT NULL, entry BLOB,
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
  batch: z.int(), // 0 while it is held for a mail with others
  position: z.int(), // in its batch
  inCc: flag, // false once those in Cc are left out: a provider may have refused the mail for one of them
  confirmedAt: z.number(), // when it was confirmed, epoch ms
  date: z.number(), // of its mail, epoch ms; while it is held, since when
})
export type LetterRow = z.infer<typeof letterRow>

/** What is held for one address of an addressee, written for one revision; the oldest of it since `since` (epoch ms). */
const heldGroup = z.object({ addressee: z.string(), address: z.int(), revision: z.string(), since: z.number() })
export type HeldGroup = z.infer<typeof heldGroup>

const LETTERS =
  'SELECT id, addressee, address, recipient, draft, writer, fingerprint, revision, batch, position, in_cc AS inCc, confirmed_at AS confirmedAt, date FROM letter'

const entryRow = z.object({ entry: blob.nullable() })
const batchRow = z.object({ batch: z.int() })
const mailsRow = z.object({ writer: z.string(), batches: z.string() })

/** The table of letters, one row for each address that something was written to. Decides nothing. */
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
      `INSERT INTO letter (addressee, kind, address, recipient, draft, writer, fingerprint, revision, batch, position, confirmed_at, date, entry)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...values,
    )
  }

  /** In the order of the batch's people. */
  inBatch(id: number): LetterRow[] {
    return this.#select('batch = ? ORDER BY position', id)
  }

  /** Sealed words, in the order of the batch's people; null of whoever's are gone. */
  entriesOf(id: number): Array<Uint8Array<ArrayBuffer> | null> {
    const query = 'SELECT entry FROM letter WHERE batch = ? ORDER BY position'
    return this.#db.rows(entryRow, query, id).map(({ entry }) => entry)
  }

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

  /** How many are held of one kind of addressee. */
  countHeld(kind: AddresseeKind): number {
    return this.#db.count('SELECT COUNT(*) FROM letter WHERE batch = 0 AND kind = ?', kind)
  }

  /** Of a writer, those to targets, in the order in which they were confirmed. */
  toTargets(writer: string): LetterRow[] {
    return this.#select("writer = ? AND kind = 'target' ORDER BY id", writer)
  }

  /** Of each of these writers, the batches of letters to targets; 0 for one that is held. One row a writer: there may be thousands. */
  batchesToTargets(writers: readonly string[]): Array<{ writer: string; batches: number[] }> {
    const query = `SELECT writer, group_concat(batch) AS batches FROM letter
      WHERE kind = 'target' AND writer IN (SELECT value FROM json_each(?)) GROUP BY writer`
    const rows = this.#db.rows(mailsRow, query, JSON.stringify(writers))
    return rows.map(({ writer, batches }) => ({ writer, batches: batches.split(',').map(Number) }))
  }

  /** The batches of mails to an address of an addressee. */
  batchesTo(addressee: string, recipient: string): number[] {
    return this.#batches('batch != 0 AND addressee = ? AND recipient = ?', addressee, recipient)
  }

  /** The batches of mails of which any words are kept. */
  batchesWithEntries(): number[] {
    return this.#batches('batch != 0 AND entry IS NOT NULL')
  }

  #batches(where: string, ...values: string[]): number[] {
    const query = `SELECT DISTINCT batch FROM letter WHERE ${where} ORDER BY batch`
    return this.#db.rows(batchRow, query, ...values).map(({ batch }) => batch)
  }

  #select(where: string, ...values: Array<string | number>): LetterRow[] {
    return this.#db.rows(letterRow, `${LETTERS} WHERE ${where}`, ...values)
  }

  /** Puts a letter into a batch, whose mail is of this date. */
  assignBatch(id: number, batch: number, position: number, date: number): void {
    this.#db.run('UPDATE letter SET batch = ?, position = ?, date = ? WHERE id = ?', batch, position, date, id)
  }

  redate(batch: number, date: number): void {
    this.#db.run('UPDATE letter SET date = ? WHERE batch = ?', date, batch)
  }

  leaveOutCc(batch: number): void {
    this.#db.run('UPDATE letter SET in_cc = 0 WHERE batch = ?', batch)
  }

  /** Drops the words of an address or a mailbox; answers all they wrote. */
  dropEntriesByPerson(fingerprint: string): LetterRow[] {
    const theirs = 'fingerprint = ?1 OR writer = ?1'
    this.#db.run(`UPDATE letter SET entry = NULL WHERE ${theirs}`, fingerprint)
    return this.#select(theirs, fingerprint)
  }

  /** The words of these mails. */
  dropEntriesOf(batches: readonly number[]): void {
    const these = 'batch IN (SELECT value FROM json_each(?))'
    this.#db.run(`UPDATE letter SET entry = NULL WHERE entry IS NOT NULL AND ${these}`, JSON.stringify(batches))
  }

  dropEntries(): void {
    this.#db.run('UPDATE letter SET entry = NULL WHERE entry IS NOT NULL')
  }

  clear(): void {
    this.#db.run('DELETE FROM letter')
  }
}
