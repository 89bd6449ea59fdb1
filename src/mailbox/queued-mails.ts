import * as z from 'zod'
import { HOUR_MS } from '../kit/durations.ts'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'

/** Milliseconds for which a queue remembers that it took a mail, so that the same mail is not queued twice. */
export const MARK_MS = HOUR_MS
/** Milliseconds for which a mail is tried: after a day its confirmation link is no longer expected. */
const TRY_FOR_MS = 24 * HOUR_MS
/** Maximum mails waiting in one mailbox queue. More are a flood, not one person's requests. */
const MAX_WAITING = 20

export const QUEUE_STEPS: readonly MigrationStep[] = [
  {
    name: 'mails and recent acts',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE mail (
          key TEXT PRIMARY KEY, sealed TEXT NOT NULL, queued_at INTEGER NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
          generation INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE recent_act (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID`),
  },
]

const queuedMail = z.object({
  key: z.string(),
  sealed: z.string(),
  queuedAt: z.number(),
  tries: z.int(),
  generation: z.int(),
})
/** A stored mail. `generation` changes the idempotency key, and `queuedAt` is in epoch ms. */
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
      if (this.#db.has('SELECT 1 FROM recent_act WHERE name = ? AND until > ?', mark, now)) return false
      if (this.#db.count('SELECT COUNT(*) FROM mail') >= MAX_WAITING) return false
      this.#db.run('INSERT OR REPLACE INTO recent_act (name, until) VALUES (?, ?)', mark, now + MARK_MS)
      this.#db.run(
        'INSERT OR REPLACE INTO mail (key, sealed, queued_at, due_at, tries, generation) VALUES (?, ?, ?, ?, 0, 0)',
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
    const query = `SELECT key, sealed, queued_at AS queuedAt, tries, generation FROM mail
      WHERE due_at <= ? ORDER BY due_at`
    return this.#db.rows(queuedMail, query, now)
  }

  /** Schedules the next try after `waitMs`, or deletes a mail that has been tried for a day. */
  reschedule(row: QueuedMail, waitMs: number, generation: number, tries = 1): void {
    const now = Date.now()
    if (now < row.queuedAt + TRY_FOR_MS) {
      this.#db.run(
        'UPDATE mail SET tries = tries + ?, generation = ?, due_at = ? WHERE key = ?',
        tries,
        generation,
        now + waitMs,
        row.key,
      )
    } else this.drop(row)
  }

  drop(row: QueuedMail): void {
    this.#db.run('DELETE FROM mail WHERE key = ?', row.key)
  }

  dropOldMarks(now: number): void {
    this.#db.run('DELETE FROM recent_act WHERE until <= ?', now)
  }

  /** Time (epoch ms) of the next try or expiring mark; null when nothing is stored. */
  nextAt(): number | null {
    return this.#db.one(
      nextRow,
      'SELECT MIN(at) AS next FROM (SELECT due_at AS at FROM mail UNION ALL SELECT until FROM recent_act)',
    ).next
  }
}
