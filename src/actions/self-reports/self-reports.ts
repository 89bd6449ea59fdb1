import * as z from 'zod'
import type { Counters, SelfReported } from '../../campaigns/counters.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import type { Database } from '../../storage/database.ts'
import type { ObjectContext } from '../object-context.ts'

/**
 * Milliseconds between two publications of counters in which only self-reports changed. Self-reports need no confirmation, so one visitor
 * could cause endless publications. They must not use up the 1,000 KV writes a day of the free plan, which sign-ups need.
 */
const REPORTS_APART_MS = 15 * MINUTE_MS

/** When changed counters may be published (epoch ms): at once if a confirmed number changed, else 15 minutes after the last time. */
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

/** Counts of letters that people say they sent themselves, by mail or on paper. Kept apart from all confirmed numbers. */
export class SelfReports {
  readonly #context: ObjectContext
  readonly #db: Database

  constructor(context: ObjectContext) {
    this.#context = context
    this.#db = context.db
  }

  /** Adds one self-report, and wakes the object to publish it. */
  async record(slug: string, how: SelfReported): Promise<void> {
    this.#context.begin(slug)
    this.#db.run(
      'INSERT INTO self_report (how, times) VALUES (?, 1) ON CONFLICT (how) DO UPDATE SET times = times + 1',
      how,
    )
    await this.#context.wakeBy(Date.now())
  }

  count(how: SelfReported): number {
    return this.#db.row(timesRow, 'SELECT times FROM self_report WHERE how = ?', how)?.times ?? 0
  }
}
