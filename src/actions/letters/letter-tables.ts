import { Ledger } from '../../delivery/ledger.ts'
import type { Database } from '../../storage/database.ts'
import { AddresseeSchedule } from './addressee-schedule.ts'
import { LetterRows } from './letter-rows.ts'

/**
 * The tables of a campaign's letters, copies and messages of support. Every mail is a batch in the ledger, where `group` is the key of its
 * addressee. A batch has one person, or each writer of a digest.
 */
export class LetterTables {
  readonly db: Database
  readonly ledger: Ledger
  readonly schedule: AddresseeSchedule
  readonly rows: LetterRows

  constructor(db: Database) {
    this.db = db
    this.rows = new LetterRows(db)
    this.schedule = new AddresseeSchedule(db)
    this.ledger = new Ledger(db)
  }

  clear(): void {
    this.db.transaction(() => {
      this.rows.clear()
      this.schedule.clear()
      this.ledger.clear()
    })
  }
}
