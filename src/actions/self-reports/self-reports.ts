import * as z from 'zod'
import type { Counters, SelfReported } from '../../campaigns/counters.ts'
import type { Database } from '../../storage/database.ts'

/**
 * Milliseconds between two tellings of nothing but such reports: nobody has to confirm them, and whoever presses the button all day must not use
 * up the 1,000 KV writes a day of the free plan, without which nobody can sign up.
 */
const REPORTS_APART_MS = 15 * 60_000

/** When numbers that have changed are told to the page: at once where anything in them was confirmed. Epoch ms. */
export function publishAt(
  numbers: Counters,
  published: { numbers: Counters; at: number } | undefined,
  now: number,
): number {
  if (published === undefined || confirmedIn(numbers) !== confirmedIn(published.numbers)) return now
  return Math.max(now, published.at + REPORTS_APART_MS)
}

const confirmedIn = (numbers: Counters): string => JSON.stringify({ ...numbers, ownMailbox: 0, paper: 0 })

export const SELF_REPORT_TABLE = 'CREATE TABLE self_report (how TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID'
const timesRow = z.object({ times: z.int() })

/** Counted apart from everything that was confirmed. */
export class SelfReports {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  add(how: SelfReported): void {
    const again = 'ON CONFLICT (how) DO UPDATE SET times = times + 1'
    this.#db.run(`INSERT INTO self_report (how, times) VALUES (?, 1) ${again}`, how)
  }

  count(how: SelfReported): number {
    return this.#db.row(timesRow, 'SELECT times FROM self_report WHERE how = ?', how)?.times ?? 0
  }
}
