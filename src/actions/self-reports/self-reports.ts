import * as z from 'zod'
import type { SelfReported } from '../../campaigns/counters.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import type { Database } from '../../storage/database.ts'
import type { ObjectContext } from '../object-context.ts'

/**
 * Milliseconds from a self-report to the alarm that shows it. Self-reports need no confirmation, so one visitor could send very many: each
 * costs one row, and all of them together one alarm in this time.
 */
const SHOWN_AFTER_MS = 15 * MINUTE_MS

export const SELF_REPORT_TABLE = 'CREATE TABLE self_report (how TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID'
const timesRow = z.object({ times: z.int() })

/** Counts of letters that people say they sent themselves, by mail or on paper. Kept apart from all confirmed numbers. */
export class SelfReports {
  readonly #context: ObjectContext
  readonly #db: Database

  constructor(context: ObjectContext) {
    this.#context = context
    this.#db = context.db
  }

  /** Adds one self-report. It is shown within 15 minutes. */
  async record(slug: string, how: SelfReported): Promise<void> {
    await this.#context.begin(slug)
    this.#db.run(
      'INSERT INTO self_report (how, times) VALUES (?, 1) ON CONFLICT (how) DO UPDATE SET times = times + 1',
      how,
    )
    await this.#context.wakeBy(Date.now() + SHOWN_AFTER_MS)
  }

  count(how: SelfReported): number {
    return this.#db.row(timesRow, 'SELECT times FROM self_report WHERE how = ?', how)?.times ?? 0
  }
}
