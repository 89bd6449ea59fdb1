import * as z from 'zod'
import { DAY_MS, HOUR_MS } from '../kit/durations.ts'
import { type Database, flag, type StoredEntry } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { type Allowance, allowanceEnds, allowanceSchema, NOTHING_ASKED } from './asked/mailbox-allowance.ts'

/** Milliseconds for which a queue remembers that it took a mail, so that the same mail is not queued twice. */
export const MARK_MS = HOUR_MS
/**
 * Milliseconds for which a queue remembers a `lasting` key. A caller whose call ended without an answer may repeat it for so
 * long: an object that has not answered for a week will not answer.
 */
export const LASTING_MARK_MS = 7 * DAY_MS
/** Milliseconds for which a mail is tried: after a day its confirmation link is no longer expected. */
const TRY_FOR_MS = 24 * HOUR_MS
/** Milliseconds for which a mail may wait and still have the date on which it was queued. Filters count an older date against it. */
const IN_TIME_MS = 600_000
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
  {
    name: 'mails that may leave',
    run: ({ sql }) => sql.exec('ALTER TABLE mail ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0'),
  },
  {
    name: 'dates of late mails',
    run: ({ sql }) => sql.exec('ALTER TABLE mail ADD COLUMN dated INTEGER NOT NULL DEFAULT 0'),
  },
]

const queuedMail = z.object({
  key: z.string(),
  sealed: z.string(),
  queuedAt: z.number(),
  tries: z.int(),
  generation: z.int(),
  cleared: flag,
  dated: z.number(),
})
/**
 * A stored mail. `generation` changes the idempotency key, `queuedAt` is in epoch ms, `cleared`: its turn among confirmations has
 * come. `dated`: the date of a mail that left late (epoch ms); 0 for others.
 */
export type QueuedMail = z.infer<typeof queuedMail>
const COLUMNS = 'key, sealed, queued_at AS queuedAt, tries, generation, cleared, dated'
const nextRow = z.object({ next: z.number().nullable() })

/** That a mail was taken: a second one of its key is not queued for `forMs`. */
type Mark = { name: string; forMs: number }

/** The mark that a mail leaves. `lasting`: its key is remembered for a week. */
export const markOf = (key: string, once?: 'lasting'): Mark => ({
  name: `key/${key}`,
  forMs: once === 'lasting' ? LASTING_MARK_MS : MARK_MS,
})

/** What became of a mail: stored, known from before, or refused because too many wait. A refused mail may be queued later. */
export type Enqueued = 'queued' | 'already' | 'full'

/** Stored mails of one mailbox queue, and what the mailbox got lately. */
export class QueuedMails {
  readonly #db: Database
  readonly #allowance: StoredEntry<Allowance>

  constructor(db: Database) {
    this.#db = db
    this.#allowance = db.entry('allowance', allowanceSchema)
  }

  /** Stores a mail and its mark, unless the mark holds, a mail of this key still waits, or too many mails wait. */
  add(key: string, mark: Mark | null, sealed: string, now: number): Enqueued {
    return this.#db.transaction(() => {
      if ((mark !== null && this.isMarked(mark, now)) || this.has(key)) return 'already'
      if (this.#db.count('SELECT COUNT(*) FROM mail') >= MAX_WAITING) return 'full'
      if (mark !== null) {
        const insert = 'INSERT OR REPLACE INTO recent_act (name, until) VALUES (?, ?)'
        this.#db.run(insert, mark.name, now + mark.forMs)
      }
      this.#db.run(
        'INSERT INTO mail (key, sealed, queued_at, due_at, tries, generation, cleared) VALUES (?, ?, ?, ?, 0, 0, 0)',
        key,
        sealed,
        now,
        now,
      )
      return 'queued'
    })
  }

  isMarked({ name }: Mark, now: number): boolean {
    return this.#db.has('SELECT 1 FROM recent_act WHERE name = ? AND until > ?', name, now)
  }

  has(key: string): boolean {
    return this.#db.has('SELECT 1 FROM mail WHERE key = ?', key)
  }

  /** What the mailbox got lately of mails that strangers can ask for. */
  get allowance(): Allowance {
    return this.#allowance.get() ?? NOTHING_ASKED
  }

  set allowance(allowance: Allowance) {
    this.#allowance.put(allowance)
  }

  /** Mails whose next try is due at `now` (epoch ms), the longest due first. */
  due(now: number): QueuedMail[] {
    const query = `SELECT ${COLUMNS} FROM mail
      WHERE due_at <= ? ORDER BY due_at`
    return this.#db.rows(queuedMail, query, now)
  }

  /** Schedules the next try after `waitMs`, or deletes a mail that has been tried for a day. */
  reschedule(row: QueuedMail, waitMs: number, generation: number, tries = 1): void {
    const now = Date.now()
    if (now < row.queuedAt + TRY_FOR_MS) {
      this.#db.run(
        'UPDATE mail SET tries = tries + ?, generation = ?, dated = ?, due_at = ?, cleared = ? WHERE key = ?',
        tries,
        generation,
        generation === row.generation ? row.dated : 0,
        now + waitMs,
        Number(row.cleared),
        row.key,
      )
    } else this.drop(row)
  }

  /**
   * The date of a mail that leaves at `now` (epoch ms): when it was queued, or the first call of its generation if it leaves late. A
   * repeated call has the same date. Stored only for late mails, which are rare.
   */
  dateOf(row: QueuedMail, now: number): number {
    if (row.dated !== 0) return row.dated
    const isInTime = now < row.queuedAt + IN_TIME_MS
    if (row.generation === 0 && (isInTime || row.tries > 0)) return row.queuedAt
    this.#db.run('UPDATE mail SET dated = ? WHERE key = ?', now, row.key)
    return now
  }

  /** Keeps a mail, however old, while everything that sends is stopped. Its turn among confirmations has come. */
  hold({ key, dated }: QueuedMail, waitMs: number): void {
    this.#db.run('UPDATE mail SET due_at = ?, dated = ?, cleared = 1 WHERE key = ?', Date.now() + waitMs, dated, key)
  }

  /** Has a confirmation wait for its turn, at most until `until` (epoch ms), unless its turn has come meanwhile. */
  waitForTurn({ key }: QueuedMail, until: number): void {
    this.#db.run('UPDATE mail SET due_at = ? WHERE key = ? AND cleared = 0', until, key)
  }

  /** Lets a confirmation leave at `now`, because its turn has come. */
  release(key: string, now: number): void {
    this.#db.run('UPDATE mail SET cleared = 1, due_at = ? WHERE key = ?', now, key)
  }

  /** All waiting mails; at most `MAX_WAITING`. */
  all(): QueuedMail[] {
    return this.#db.rows(queuedMail, `SELECT ${COLUMNS} FROM mail`)
  }

  drop(row: Pick<QueuedMail, 'key'>): void {
    this.#db.run('DELETE FROM mail WHERE key = ?', row.key)
  }

  dropOldMarks(now: number): void {
    this.#db.run('DELETE FROM recent_act WHERE until <= ?', now)
    const allowance = this.#allowance.get()
    if (allowance !== undefined && allowanceEnds(allowance) <= now) this.#allowance.delete()
  }

  /** Time (epoch ms) of the next try, or of the end of a mark or the allowance; null when nothing is stored. */
  nextAt(): number | null {
    const { next } = this.#db.one(
      nextRow,
      'SELECT MIN(at) AS next FROM (SELECT due_at AS at FROM mail UNION ALL SELECT until FROM recent_act)',
    )
    const allowance = this.#allowance.get()
    const ends = [next, allowance === undefined ? null : allowanceEnds(allowance)].filter((at) => at !== null)
    return ends.length === 0 ? null : Math.min(...ends)
  }
}
