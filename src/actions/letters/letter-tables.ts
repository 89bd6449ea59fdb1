import type { BatchHeader } from '../../delivery/batch.ts'
import { Ledger } from '../../delivery/ledger.ts'
import { ledgerCounts } from '../../delivery/running-counts.ts'
import type { Database } from '../../storage/database.ts'
import { WriterState } from '../writers/writer-state.ts'
import { AddresseeSchedule } from './addressee-schedule.ts'
import { hasOpenLetter } from './letter-queries.ts'
import { LetterRows } from './letter-rows.ts'
import { TargetWishes } from './wishes/target-wishes.ts'

/**
 * The tables of a campaign's letters, copies and messages of support. Every mail is a batch in the ledger, where `group` is the key of its
 * addressee. A batch has one person, or each writer of a digest.
 */
export class LetterTables {
  readonly db: Database
  readonly ledger: Ledger
  readonly schedule: AddresseeSchedule
  readonly rows: LetterRows
  readonly wishes: TargetWishes
  readonly #writers: WriterState

  constructor(db: Database) {
    this.db = db
    this.rows = new LetterRows(db)
    this.schedule = new AddresseeSchedule(db)
    this.wishes = new TargetWishes(db)
    this.#writers = new WriterState(db)
    this.ledger = new Ledger(db, { counts: ledgerCounts(db), closed: (head) => this.#close(head) })
  }

  /** Notes what has ended with a mail. Writers of a digest that is uncertain for others do not wait for those. */
  #close({ id, state }: Pick<BatchHeader, 'id' | 'state'>): void {
    if (state === 'settled') this.end(id)
    else this.noteEnded(this.rows.writersIn(id))
  }

  /** Drops the words of a settled mail, and notes which of its writers have no open letter any more. */
  end(batch: number): void {
    this.rows.dropEntriesOf(batch)
    this.noteEnded(this.rows.writersIn(batch))
  }

  /** Notes the writers whose letters to targets have all ended. With `atLast` uncertain letters count as ended. */
  noteEnded(writers: readonly string[], atLast = false): void {
    for (const writer of writers)
      if (!hasOpenLetter(this.rows, this.ledger, writer, atLast)) this.#writers.markEnded(writer)
  }

  clear(): void {
    this.db.transaction(() => {
      this.rows.clear()
      this.schedule.clear()
      this.wishes.clear()
      this.ledger.clear()
    })
  }
}
