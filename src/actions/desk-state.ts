import type { Desk } from './desks.ts'
import { nextSlot } from './office-hours.ts'

/** When each desk's next mail may go, which desks nothing goes to any more, and who has asked for no more copies. */
export class DeskState {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS desk (
      key TEXT PRIMARY KEY, slot INTEGER NOT NULL, stopped TEXT NOT NULL) WITHOUT ROWID`)
    sql.exec('CREATE TABLE IF NOT EXISTS refusing (recipient TEXT PRIMARY KEY) WITHOUT ROWID')
  }

  /** Behind all that has its turn already; epoch ms. `random` in [0, 1). */
  nextSlot(desk: Pick<Desk, 'key' | 'perHour' | 'zone'>, now: number, random: number): number {
    const [row] = this.#sql.exec<{ slot: number }>('SELECT slot FROM desk WHERE key = ?', desk.key).toArray()
    return nextSlot(now, row?.slot ?? 0, desk, random)
  }

  takeSlot(key: string, slot: number): void {
    this.#sql.exec("INSERT INTO desk VALUES (?, ?, '') ON CONFLICT (key) DO UPDATE SET slot = excluded.slot", key, slot)
  }

  stop(key: string, reason: string): void {
    this.#sql.exec(
      'INSERT INTO desk VALUES (?, 0, ?) ON CONFLICT (key) DO UPDATE SET stopped = excluded.stopped',
      key,
      reason,
    )
  }

  stopped(): Array<{ target: string; reason: string }> {
    return this.#sql
      .exec<{ target: string; reason: string }>("SELECT key AS target, stopped AS reason FROM desk WHERE stopped != ''")
      .toArray()
  }

  isStopped(key: string): boolean {
    return this.#sql.exec("SELECT 1 FROM desk WHERE key = ? AND stopped != ''", key).toArray().length > 0
  }

  keys(): string[] {
    const rows = this.#sql.exec<{ key: string }>('SELECT key FROM desk').toArray()
    return rows.map(({ key }) => key)
  }

  /** No turn behind `last` (epoch ms) is taken any more. */
  giveTurnsBack(key: string, last: number): void {
    this.#sql.exec('UPDATE desk SET slot = ? WHERE key = ? AND slot > ?', last, key, last)
  }

  refuse(recipient: string): void {
    this.#sql.exec('INSERT OR IGNORE INTO refusing VALUES (?)', recipient)
  }

  isRefusing(recipient: string): boolean {
    return this.#sql.exec('SELECT 1 FROM refusing WHERE recipient = ?', recipient).toArray().length > 0
  }

  clear(): void {
    for (const table of ['desk', 'refusing']) this.#sql.exec(`DELETE FROM ${table}`)
  }
}
