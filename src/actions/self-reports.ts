import type { Numbers, SelfReported } from '../campaigns/numbers.ts'

/**
 * Milliseconds between two tellings of nothing but such reports: nobody has to confirm them, and whoever presses the button all day must not use
 * up the 1,000 KV writes a day of the free plan, without which nobody can sign up.
 */
const REPORTS_APART_MS = 15 * 60_000

/** When numbers that have changed are told to the page: at once where anything in them was confirmed. Epoch ms. */
export function tellAt(numbers: Numbers, told: { numbers: Numbers; at: number } | undefined, now: number): number {
  if (told === undefined || confirmedIn(numbers) !== confirmedIn(told.numbers)) return now
  return Math.max(now, told.at + REPORTS_APART_MS)
}

const confirmedIn = (numbers: Numbers): string => JSON.stringify({ ...numbers, ownMailbox: 0, paper: 0 })

/** Counted apart from everything that was confirmed. */
export class SelfReports {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS reported (how TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID')
  }

  add(how: SelfReported): void {
    this.#sql.exec('INSERT INTO reported VALUES (?, 1) ON CONFLICT (how) DO UPDATE SET times = times + 1', how)
  }

  count(how: SelfReported): number {
    return this.#sql.exec<{ times: number }>('SELECT times FROM reported WHERE how = ?', how).toArray()[0]?.times ?? 0
  }
}
