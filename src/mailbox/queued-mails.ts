import * as z from 'zod'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'

const HOUR_MS = 3_600_000
/** Milliseconds for which a mail is tried: after a day its confirmation link is no longer expected. */
const TRY_FOR_MS = 24 * HOUR_MS
/** Maximum mails waiting in one mailbox queue. More are a flood, not one person's requests. */
const MAX_WAITING = 20

export const QUEUE_STEPS: readonly MigrationStep[] = [
  {
    name: 'letters and marks',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE letter (
          key TEXT PRIMARY KEY, sealed TEXT NOT NULL, posted_at INTEGER NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
          generation INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE mark (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID`),
  },
]

const queuedMail = z.object({
  key: z.string(),
  sealed: z.string(),
  postedAt: z.number(),
  tries: z.int(),
  generation: z.int(),
})
/** A stored mail. `generation` changes the idempotency key, and `postedAt` is in epoch ms. */
export type QueuedMail = z.infer<typeof queuedMail>
const nextRow = z.object({ next: z.number().nullable() })

/** Stored mails of one mailbox queue, and marks that suppress repeated mails for an hour. */
export class QueuedMails {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Stores a mail and its mark; false if the mark exists within the hour or too many mails wait. */
  add(key: string, mark: string, sealed: string, now: number): boolean {
    return this.#db.transaction(() => {
      if (this.#db.has('SELECT 1 FROM mark WHERE name = ? AND until > ?', mark, now)) return false
      if (this.#db.count('SELECT COUNT(*) FROM letter') >= MAX_WAITING) return false
      this.#db.run('INSERT OR REPLACE INTO mark (name, until) VALUES (?, ?)', mark, now + HOUR_MS)
      this.#db.run(
        'INSERT OR REPLACE INTO letter (key, sealed, posted_at, due_at, tries, generation) VALUES (?, ?, ?, ?, 0, 0)',
        key,
        sealed,
        now,
        now,
      )
      return true
    })
  }

  /** Mails whose next try is due at `now` (epoch ms), the longest due first. */
  due(now: number): QueuedMail[] {
    const query = `SELECT key, sealed, posted_at AS postedAt, tries, generation FROM letter
      WHERE due_at <= ? ORDER BY due_at`
    return this.#db.rows(queuedMail, query, now)
  }

  /** Schedules the next try after `waitMs`, or deletes a mail that has been tried for a day. */
  reschedule(row: QueuedMail, waitMs: number, generation: number, tries = 1): void {
    const now = Date.now()
    if (now < row.postedAt + TRY_FOR_MS) {
      this.#db.run(
        'UPDATE letter SET tries = tries + ?, generation = ?, due_at = ? WHERE key = ?',
        tries,
        generation,
        now + waitMs,
        row.key,
      )
    } else this.drop(row)
  }

  drop(row: QueuedMail): void {
    this.#db.run('DELETE FROM letter WHERE key = ?', row.key)
  }

  dropOldMarks(now: number): void {
    this.#db.run('DELETE FROM mark WHERE until <= ?', now)
  }

  /** Time (epoch ms) of the next try or expiring mark; null when nothing is stored. */
  nextAt(): number | null {
    return this.#db.one(
      nextRow,
      'SELECT MIN(at) AS next FROM (SELECT due_at AS at FROM letter UNION ALL SELECT until FROM mark)',
    ).next
  }
}
