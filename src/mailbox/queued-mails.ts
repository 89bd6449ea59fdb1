import * as z from 'zod'
import { DAY_MS, HOUR_MS } from '../kit/durations.ts'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'

/** Milliseconds for which a queue remembers that it took a mail, so that the same mail is not queued twice. */
export const MARK_MS = HOUR_MS
/**
 * Milliseconds for which a queue remembers a `lasting` key. A caller whose call ended without an answer may repeat it for so
 * long: an object that has not answered for a week will not answer.
 */
export const LASTING_MARK_MS = 7 * DAY_MS
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

/** `hourly`: at most one mail of its kind an hour, whatever its key. `lasting`: its key is remembered for a week. */
export type Once = 'hourly' | 'lasting'

/** That a mail, or one of its kind, was taken: a second one is not queued for `forMs`. */
type Mark = { name: string; forMs: number }

/** The marks that a mail leaves. */
export function marksOf({ key, email }: { key: string; email: string }, once: readonly Once[]): Mark[] {
  const isLasting = once.includes('lasting')
  const isHourly = once.includes('hourly')
  return [
    ...(isHourly ? [{ name: email, forMs: MARK_MS }] : []),
    ...(isLasting || !isHourly ? [{ name: `key/${key}`, forMs: isLasting ? LASTING_MARK_MS : MARK_MS }] : []),
  ]
}

/**
 * What became of a mail: stored, known from before (its key, or with `hourly` one of its kind), or refused because too many wait.
 * A refused mail leaves no mark, so it may be queued later.
 */
export type Enqueued = 'queued' | 'already' | 'full'

/** Stored mails of one mailbox queue, and marks that suppress repeated mails for an hour. */
export class QueuedMails {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Stores a mail and its marks, unless a mark holds, a mail of this key still waits, or too many mails wait. */
  add(key: string, marks: readonly Mark[], sealed: string, now: number): Enqueued {
    return this.#db.transaction(() => {
      const holds = ({ name }: Mark) => this.#db.has('SELECT 1 FROM recent_act WHERE name = ? AND until > ?', name, now)
      if (marks.some(holds) || this.#db.has('SELECT 1 FROM mail WHERE key = ?', key)) return 'already'
      if (this.#db.count('SELECT COUNT(*) FROM mail') >= MAX_WAITING) return 'full'
      for (const { name, forMs } of marks)
        this.#db.run('INSERT OR REPLACE INTO recent_act (name, until) VALUES (?, ?)', name, now + forMs)
      this.#db.run(
        'INSERT INTO mail (key, sealed, queued_at, due_at, tries, generation) VALUES (?, ?, ?, ?, 0, 0)',
        key,
        sealed,
        now,
        now,
      )
      return 'queued'
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
