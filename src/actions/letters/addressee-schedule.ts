import * as z from 'zod'
import type { Database } from '../../storage/database.ts'
import type { Addressee } from './addressees.ts'
import { nextTurn } from './turn.ts'

export const ADDRESSEE_TABLES = `
  CREATE TABLE addressee (key TEXT PRIMARY KEY, last_turn INTEGER NOT NULL, stop_reason TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE copy_refusal (recipient TEXT PRIMARY KEY) WITHOUT ROWID`

const turnRow = z.object({ lastTurn: z.number() })
const stoppedRow = z.object({ target: z.string(), reason: z.string() })
const keyRow = z.object({ key: z.string() })

/** How often, and in which zone, an addressee gets mail. */
type Paced = Pick<Addressee, 'key' | 'perHour' | 'zone'>

/** The last turn of each addressee, which addressees are stopped and why, and which addresses stopped copies. */
export class AddresseeSchedule {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The next free turn after the addressee's last one (epoch ms), without taking it. `random` in [0, 1). */
  nextTurn(addressee: Paced, now: number, random: number): number {
    const last = this.#db.row(turnRow, 'SELECT last_turn AS lastTurn FROM addressee WHERE key = ?', addressee.key)
    return nextTurn(now, last?.lastTurn ?? 0, addressee, random)
  }

  /** Stores a turn (epoch ms) as the addressee's last one. */
  takeTurn(key: string, turn: number): void {
    this.#db.run(
      `INSERT INTO addressee (key, last_turn, stop_reason) VALUES (?, ?, '')
       ON CONFLICT (key) DO UPDATE SET last_turn = excluded.last_turn`,
      key,
      turn,
    )
  }

  /** Takes the addressee's next free turn and returns it (epoch ms). */
  reserveTurn(addressee: Paced, now: number, random: () => number): number {
    const turn = this.nextTurn(addressee, now, random())
    this.takeTurn(addressee.key, turn)
    return turn
  }

  /** Moves the addressee's last turn back to `last` (epoch ms), if it is later. */
  returnTurns(key: string, last: number): void {
    this.#db.run('UPDATE addressee SET last_turn = ? WHERE key = ? AND last_turn > ?', last, key, last)
  }

  stop(key: string, reason: string): void {
    this.#db.run(
      `INSERT INTO addressee (key, last_turn, stop_reason) VALUES (?, 0, ?)
       ON CONFLICT (key) DO UPDATE SET stop_reason = excluded.stop_reason`,
      key,
      reason,
    )
  }

  /** The stopped addressees, by key, each with the reason for organisers. */
  stopped(): Array<{ target: string; reason: string }> {
    const query = "SELECT key AS target, stop_reason AS reason FROM addressee WHERE stop_reason != ''"
    return this.#db.rows(stoppedRow, query)
  }

  isStopped(key: string): boolean {
    return this.#db.has("SELECT 1 FROM addressee WHERE key = ? AND stop_reason != ''", key)
  }

  keys(): string[] {
    return this.#db.rows(keyRow, 'SELECT key FROM addressee').map(({ key }) => key)
  }

  /** `recipient` is the fingerprint of the address. */
  stopCopies(recipient: string): void {
    this.#db.run('INSERT OR IGNORE INTO copy_refusal (recipient) VALUES (?)', recipient)
  }

  hasStoppedCopies(recipient: string): boolean {
    return this.#db.has('SELECT 1 FROM copy_refusal WHERE recipient = ?', recipient)
  }

  clear(): void {
    this.#db.run('DELETE FROM addressee')
    this.#db.run('DELETE FROM copy_refusal')
  }
}
