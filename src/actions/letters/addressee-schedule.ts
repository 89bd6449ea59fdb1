import * as z from 'zod'
import type { Database } from '../../storage/database.ts'
import type { Addressee } from './addressees.ts'
import { nextTurn } from './turn.ts'

export const ADDRESSEE_TABLES = `
  CREATE TABLE desk (key TEXT PRIMARY KEY, slot INTEGER NOT NULL, stopped TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE refusing (recipient TEXT PRIMARY KEY) WITHOUT ROWID`

const slotRow = z.object({ slot: z.number() })
const stoppedRow = z.object({ target: z.string(), reason: z.string() })
const keyRow = z.object({ key: z.string() })

/** When each desk's next mail may go, which desks nothing goes to any more, and who has asked for no more copies. */
export class AddresseeSchedule {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Behind all that has its turn already; epoch ms. `random` in [0, 1). */
  nextTurn(addressee: Pick<Addressee, 'key' | 'perHour' | 'zone'>, now: number, random: number): number {
    const last = this.#db.row(slotRow, 'SELECT slot FROM desk WHERE key = ?', addressee.key)
    return nextTurn(now, last?.slot ?? 0, addressee, random)
  }

  takeTurn(key: string, slot: number): void {
    this.#db.run(
      "INSERT INTO desk (key, slot, stopped) VALUES (?, ?, '') ON CONFLICT (key) DO UPDATE SET slot = excluded.slot",
      key,
      slot,
    )
  }

  stop(key: string, reason: string): void {
    this.#db.run(
      'INSERT INTO desk (key, slot, stopped) VALUES (?, 0, ?) ON CONFLICT (key) DO UPDATE SET stopped = excluded.stopped',
      key,
      reason,
    )
  }

  stopped(): Array<{ target: string; reason: string }> {
    return this.#db.rows(stoppedRow, "SELECT key AS target, stopped AS reason FROM desk WHERE stopped != ''")
  }

  isStopped(key: string): boolean {
    return this.#db.has("SELECT 1 FROM desk WHERE key = ? AND stopped != ''", key)
  }

  keys(): string[] {
    return this.#db.rows(keyRow, 'SELECT key FROM desk').map(({ key }) => key)
  }

  /** No turn behind `last` (epoch ms) is taken any more. */
  returnTurns(key: string, last: number): void {
    this.#db.run('UPDATE desk SET slot = ? WHERE key = ? AND slot > ?', last, key, last)
  }

  stopCopies(recipient: string): void {
    this.#db.run('INSERT OR IGNORE INTO refusing (recipient) VALUES (?)', recipient)
  }

  hasStoppedCopies(recipient: string): boolean {
    return this.#db.has('SELECT 1 FROM refusing WHERE recipient = ?', recipient)
  }

  clear(): void {
    this.#db.run('DELETE FROM desk')
    this.#db.run('DELETE FROM refusing')
  }
}
