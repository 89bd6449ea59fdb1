import * as z from 'zod'
import { DAY_MS } from '../kit/durations.ts'
import type { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { hasOwnMail, NOTICE_KINDS, type NoticeKind, subjectsOf } from './notice-kinds.ts'

/** Days for which a notice is kept after its last case: long enough for an organiser who is away. */
const NOTICE_DAYS = 90
/** Most notices that are stored. Beyond it, the notice whose last case is oldest is dropped. */
const MAX_NOTICES = 500
/** Most characters of a subject and of a detail. Longer ones are cut. */
const MAX_TEXT = 200
/** Milliseconds without a case after which the next case of a notice is news again. */
const NEWS_AGAIN_MS = DAY_MS

export const NOTICE_STEPS: readonly MigrationStep[] = [
  {
    name: 'notices',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE notice (
          kind TEXT NOT NULL, subject TEXT NOT NULL, cases INTEGER NOT NULL, detail TEXT NOT NULL,
          first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (kind, subject)) WITHOUT ROWID`),
  },
  {
    name: 'notices that are in no mail yet',
    run: ({ sql }) => sql.exec("ALTER TABLE notice ADD COLUMN mail TEXT NOT NULL DEFAULT 'queued'"),
  },
]

/**
 * One thing that organisers must know. `subject` is what it is about (a campaign, a dispatch, an event name), `count` the
 * number of new cases, `detail` what is known of the latest. None of them may hold personal data.
 */
export type RaisedNotice = { kind: NoticeKind; subject: string; count?: number; detail?: string }

/** A notice as organisers see it. Times in epoch ms. */
export type NoticeView = {
  kind: NoticeKind
  subject: string
  count: number
  firstAt: number
  lastAt: number
  summary: string
  action: string
  detail: string
}

/** Subject of all cases beyond the subjects that a kind may have. */
const OTHERS = 'others'

const kinds = Object.keys(NOTICE_KINDS) as NoticeKind[]
const noticeRow = z.object({
  kind: z.enum(kinds),
  subject: z.string(),
  count: z.int(),
  detail: z.string(),
  firstAt: z.number(),
  lastAt: z.number(),
})

/** The table of notices: one row for each kind and subject, whatever the number of cases. */
export class NoticeTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Adds cases of a notice. `now` in epoch ms. */
  add({ kind, subject: about, count = 1, detail = '' }: RaisedNotice, now: number): void {
    const subject = this.#subjectOf(kind, about.slice(0, MAX_TEXT))
    this.#db.run(
      `INSERT INTO notice (kind, subject, cases, detail, first_at, last_at, mail) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)
       ON CONFLICT DO UPDATE SET cases = cases + ?3, detail = ?4, last_at = ?5,
         mail = CASE WHEN mail = 'queued' AND last_at < ?7 THEN ?6 ELSE mail END`,
      kind,
      subject,
      count,
      detail.slice(0, MAX_TEXT),
      now,
      hasOwnMail(kind) ? 'queued' : 'new',
      now - NEWS_AGAIN_MS,
    )
    this.#dropOld(now)
    this.#db.run(
      `DELETE FROM notice WHERE (kind, subject) IN
       (SELECT kind, subject FROM notice ORDER BY last_at DESC LIMIT -1 OFFSET ?)`,
      MAX_NOTICES,
    )
  }

  /** The subject under which a case is counted: its own, or `OTHERS` once the kind has as many subjects as it may. */
  #subjectOf(kind: NoticeKind, subject: string): string {
    const subjects = subjectsOf(kind)
    if (subjects === undefined) return subject
    if (this.#db.has('SELECT 1 FROM notice WHERE kind = ? AND subject = ?', kind, subject)) return subject
    const count = this.#db.count('SELECT count(*) FROM notice WHERE kind = ?', kind)
    return count < subjects ? subject : OTHERS
  }

  /** Whether a notice waits for a mail to organisers. */
  hasNews(): boolean {
    return this.#db.has("SELECT 1 FROM notice WHERE mail <> 'queued'")
  }

  /** Takes all new notices into the mail that is being made. Cases that come later do not change which notices it has. */
  choose(): void {
    this.#db.run("UPDATE notice SET mail = 'chosen' WHERE mail = 'new'")
  }

  /** The notices of the mail that is being made, without those whose last case is older than a day. `now` in epoch ms. */
  chosen(now: number): NoticeView[] {
    return this.#list("mail = 'chosen' AND last_at >= ?", now - NEWS_AGAIN_MS)
  }

  /** Records that the mail has been queued. */
  markQueued(): void {
    this.#db.run("UPDATE notice SET mail = 'queued' WHERE mail = 'chosen'")
  }

  #dropOld(now: number): void {
    this.#db.run('DELETE FROM notice WHERE last_at < ?', now - NOTICE_DAYS * DAY_MS)
  }

  /** All notices, the one with the newest case first, after old ones are deleted. `now` in epoch ms. */
  list(now: number): NoticeView[] {
    this.#dropOld(now)
    return this.#list('last_at > ?', Number.MIN_SAFE_INTEGER)
  }

  #list(where: string, value: number): NoticeView[] {
    const columns = 'kind, subject, cases AS count, detail, first_at AS firstAt, last_at AS lastAt'
    const known = 'kind IN (SELECT value FROM json_each(?)) ORDER BY last_at DESC, kind, subject'
    return this.#db
      .rows(noticeRow, `SELECT ${columns} FROM notice WHERE ${where} AND ${known}`, value, JSON.stringify(kinds))
      .map((row) => {
        const { summary, action } = NOTICE_KINDS[row.kind]
        return { ...row, summary: summary(row.count, row.subject), action }
      })
  }
}
