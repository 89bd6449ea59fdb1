import * as z from 'zod'
import type { Database } from '../storage/database.ts'
import type { StepStorage } from '../storage/migrate.ts'
import { type AddresseeKind, kindOf } from './letters/addressees.ts'

/** What the letters of one digest have in common. */
type GroupKey = { addressee: string; address: number; revision: string }

const groupRow = z.object({ addressee: z.string(), address: z.int(), revision: z.string(), letters: z.int() })

/** Running counts of the letters that are held for digests: as many rows as there are addresses and revisions. */
export class HeldGroups {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Creates the table, with the groups that an earlier version stored letters for. */
  static fill({ sql }: StepStorage, groups: ReadonlyArray<Record<string, SqlStorageValue>>): void {
    sql.exec(`CREATE TABLE held_group (
      addressee TEXT NOT NULL, address INTEGER NOT NULL, revision TEXT NOT NULL, letters INTEGER NOT NULL,
      PRIMARY KEY (addressee, address, revision)) WITHOUT ROWID`)
    for (const group of groups) {
      const { addressee, address, revision, letters } = groupRow.parse(group)
      const insert = 'INSERT INTO held_group (addressee, address, revision, letters) VALUES (?, ?, ?, ?)'
      sql.exec(insert, addressee, address, revision, letters)
    }
  }

  /** Adds letters to a group within the caller's transaction, or takes letters from it. */
  add({ addressee, address, revision }: GroupKey, letters: number): void {
    this.#db.run(
      `INSERT INTO held_group (addressee, address, revision, letters) VALUES (?, ?, ?, ?)
       ON CONFLICT (addressee, address, revision) DO UPDATE SET letters = letters + excluded.letters`,
      ...[addressee, address, revision, letters],
    )
    if (letters < 0) this.#db.run('DELETE FROM held_group WHERE letters <= 0')
  }

  all(): GroupKey[] {
    return this.#rows()
  }

  /** Number of held letters to one kind of addressee. */
  count(kind: AddresseeKind): number {
    return this.#rows().reduce((sum, { addressee, letters }) => sum + (kindOf(addressee) === kind ? letters : 0), 0)
  }

  clear(): void {
    this.#db.run('DELETE FROM held_group')
  }

  #rows(): Array<z.infer<typeof groupRow>> {
    return this.#db.rows(groupRow, 'SELECT addressee, address, revision, letters FROM held_group')
  }
}
