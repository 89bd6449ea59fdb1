import * as z from 'zod'
import type { Database } from '../../storage/database.ts'
import { SKIP_REASONS, type Skip, type SkipCounts } from './skipped-mail.ts'

export const SKIPPED_MAIL_TABLE = `
  CREATE TABLE skipped_mail (
    loop TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, first_try_at INTEGER, due_at INTEGER,
    PRIMARY KEY (loop, person)) WITHOUT ROWID`

const skipRow = z.object({
  person: z.string(),
  reason: z.enum(SKIP_REASONS),
  firstTryAt: z.number().nullable(),
  dueAt: z.number().nullable(),
})
/** A skipped person, by the fingerprint of their mailbox. */
type SkippedPerson = z.infer<typeof skipRow>

const countRow = z.object({ loop: z.string(), reason: z.enum(SKIP_REASONS), n: z.int() })
const nextRow = z.object({ next: z.number().nullable() })
const personRow = z.object({ person: z.string() })

/** The people whom a loop has passed without a mail. A loop is named by what it tells: `receipt`, `update/2026-11-14`. */
export class SkippedMails {
  readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  find(loop: string, person: string): SkippedPerson | undefined {
    return this.#select('loop = ? AND person = ?', loop, person)[0]
  }

  /** People who are to be tried again at `now` (epoch ms), at most `most`. */
  due(loop: string, now: number, most: number): string[] {
    const query = 'SELECT person FROM skipped_mail WHERE loop = ? AND due_at <= ? ORDER BY due_at, person LIMIT ?'
    return this.db.rows(personRow, query, loop, now, most).map(({ person }) => person)
  }

  /** When the next person of a loop is tried again (epoch ms), or null. */
  nextAt(loop: string): number | null {
    return this.db.one(nextRow, 'SELECT MIN(due_at) AS next FROM skipped_mail WHERE loop = ?', loop).next
  }

  put(loop: string, person: string, { reason, firstTryAt, dueAt }: Skip): void {
    this.db.run(
      'INSERT OR REPLACE INTO skipped_mail (loop, person, reason, first_try_at, due_at) VALUES (?, ?, ?, ?, ?)',
      ...[loop, person, reason, firstTryAt, dueAt],
    )
  }

  drop(loop: string, person: string): void {
    this.db.run('DELETE FROM skipped_mail WHERE loop = ? AND person = ?', loop, person)
  }

  /** Forgets everybody of a loop. */
  dropLoop(loop: string): void {
    this.db.run('DELETE FROM skipped_mail WHERE loop = ?', loop)
  }

  /** The counts of every loop with skipped people, by its name. */
  counts(): Record<string, SkipCounts> {
    const rows = this.db.rows(countRow, 'SELECT loop, reason, COUNT(*) AS n FROM skipped_mail GROUP BY loop, reason')
    const counts: Record<string, SkipCounts> = {}
    for (const { loop, reason, n } of rows) {
      const of = counts[loop] ?? noSkips()
      counts[loop] = of
      if (reason === 'unreadable') of.unreadable += n
      else if (reason === 'given-up') of.givenUp += n
      else of.postponed += n
    }
    return counts
  }

  clear(): void {
    this.db.run('DELETE FROM skipped_mail')
  }

  #select(where: string, ...values: string[]): SkippedPerson[] {
    const query = `SELECT person, reason, first_try_at AS firstTryAt, due_at AS dueAt FROM skipped_mail WHERE ${where}`
    return this.db.rows(skipRow, query, ...values)
  }
}

export const noSkips = (): SkipCounts => ({ postponed: 0, unreadable: 0, givenUp: 0 })
