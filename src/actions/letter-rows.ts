import type { Desk } from './desks.ts'

/** A letter about to be kept for one address of a desk: as a mail of its own, as words for a mail with others', or either; or held back. */
export type NewLetter = {
  desk: Desk
  address: number
  recipient: string // fingerprint of the address
  alone: Uint8Array<ArrayBuffer> | null
  among: Uint8Array<ArrayBuffer> | null
}

/** What one person wrote. `writer` is the fingerprint of their mailbox, `fingerprint` of their address. */
export type Written = {
  draft: string
  writer: string
  fingerprint: string
  revision: string
  letters: readonly NewLetter[]
}

export type LetterRow = {
  id: number
  desk: string
  address: number
  recipient: string
  draft: string
  writer: string
  fingerprint: string
  revision: string
  batch: number // 0 while it is held for a mail with others
  position: number // in its batch
  inCc: number // 0 once those in Cc are left out: a provider may have refused the mail for one of them
  taken: number // when it was confirmed, epoch ms
  date: number // of its mail, epoch ms; while it is held, since when
}

/** What is held for one address of a desk, written for one revision; the oldest of it since `since` (epoch ms). */
export type HeldGroup = { desk: string; address: number; revision: string; since: number }

const COLUMNS =
  'id, desk, address, recipient, draft, writer, fingerprint, revision, batch, position, in_cc AS inCc, taken, date'

/** The table of letters, one row for each address that something was written to. Decides nothing. */
export class LetterRows {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS letter (
      id INTEGER PRIMARY KEY, desk TEXT NOT NULL, address INTEGER NOT NULL, recipient TEXT NOT NULL, draft TEXT NOT NULL,
      writer TEXT NOT NULL, fingerprint TEXT NOT NULL, revision TEXT NOT NULL, batch INTEGER NOT NULL, position INTEGER NOT NULL,
      in_cc INTEGER NOT NULL DEFAULT 1, taken INTEGER NOT NULL, date INTEGER NOT NULL, words BLOB,
      UNIQUE (writer, desk, address))`)
    sql.exec('CREATE INDEX IF NOT EXISTS letter_batch ON letter (batch)')
  }

  has(writer: string, desk: string, address: number): boolean {
    const where = 'writer = ? AND desk = ? AND address = ?'
    return this.#sql.exec(`SELECT 1 FROM letter WHERE ${where}`, writer, desk, address).toArray().length > 0
  }

  keep(row: Omit<LetterRow, 'id' | 'inCc'>, words: Uint8Array<ArrayBuffer> | null): void {
    const { desk, address, recipient, draft, writer, fingerprint, revision, batch, position, taken, date } = row
    const who = [draft, writer, fingerprint, revision]
    const values = [desk, address, recipient, ...who, batch, position, taken, date, words]
    this.#sql.exec(
      `INSERT INTO letter (desk, address, recipient, draft, writer, fingerprint, revision, batch, position, taken, date, words)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...values,
    )
  }

  /** In the order of the batch's people. */
  inBatch(id: number): LetterRow[] {
    return this.#select('batch = ? ORDER BY position', id)
  }

  /** Sealed words, in the order of the batch's people; null of whoever's are gone. */
  wordsOf(id: number): Array<Uint8Array<ArrayBuffer> | null> {
    return this.#sql
      .exec<{ words: ArrayBuffer | null }>('SELECT words FROM letter WHERE batch = ? ORDER BY position', id)
      .toArray()
      .map(({ words }) => words && new Uint8Array(words))
  }

  held(): HeldGroup[] {
    return this.#sql
      .exec<HeldGroup>(
        'SELECT desk, address, revision, MIN(date) AS since FROM letter WHERE batch = 0 GROUP BY desk, address, revision',
      )
      .toArray()
  }

  heldIn({ desk, address, revision }: HeldGroup): LetterRow[] {
    const where = 'batch = 0 AND desk = ? AND address = ? AND revision = ? ORDER BY id'
    return this.#select(where, desk, address, revision)
  }

  heldByDesk(): Array<{ desk: string; n: number }> {
    return this.#sql
      .exec<{ desk: string; n: number }>('SELECT desk, COUNT(*) AS n FROM letter WHERE batch = 0 GROUP BY desk')
      .toArray()
  }

  /** Of a writer, those to targets, in the order in which they were taken. */
  toTargets(writer: string): LetterRow[] {
    return this.#select("writer = ? AND desk NOT LIKE '%:%' ORDER BY id", writer)
  }

  #select(where: string, ...values: Array<string | number>): LetterRow[] {
    return this.#sql.exec<LetterRow>(`SELECT ${COLUMNS} FROM letter WHERE ${where}`, ...values).toArray()
  }

  /** The batch of the last mail to an address of a desk that a server took. */
  lastAccepted(desk: string, recipient: string): number | undefined {
    const [last] = this.#sql
      .exec<{ batch: number }>(
        `SELECT batch FROM letter JOIN batch ON batch.id = letter.batch
         WHERE desk = ? AND recipient = ? AND marks LIKE '%a%' ORDER BY first_attempt_at DESC LIMIT 1`,
        desk,
        recipient,
      )
      .toArray()
    return last?.batch
  }

  /** Puts a letter into a batch, whose mail is of this date. */
  place(id: number, batch: number, position: number, date: number): void {
    this.#sql.exec('UPDATE letter SET batch = ?, position = ?, date = ? WHERE id = ?', batch, position, date, id)
  }

  redate(batch: number, date: number): void {
    this.#sql.exec('UPDATE letter SET date = ? WHERE batch = ?', date, batch)
  }

  leaveOutCc(batch: number): void {
    this.#sql.exec('UPDATE letter SET in_cc = 0 WHERE batch = ?', batch)
  }

  /** Drops the words of an address or a mailbox; answers all they wrote. */
  takeBack(fingerprint: string): LetterRow[] {
    const theirs = 'fingerprint = ?1 OR writer = ?1'
    this.#sql.exec(`UPDATE letter SET words = NULL WHERE ${theirs}`, fingerprint)
    return this.#select(theirs, fingerprint)
  }

  /** The words of mails that have come to their end. */
  dropSettledWords(): void {
    this.#sql.exec(`UPDATE letter SET words = NULL WHERE words IS NOT NULL AND batch IN (
      SELECT id FROM batch WHERE state = 'settled')`)
  }

  dropWords(): void {
    this.#sql.exec('UPDATE letter SET words = NULL WHERE words IS NOT NULL')
  }

  clear(): void {
    this.#sql.exec('DELETE FROM letter')
  }
}
