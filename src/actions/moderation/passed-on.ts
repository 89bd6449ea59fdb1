import * as z from 'zod'
import { isSameLanguage } from '../../campaigns/letter-language.ts'
import { DAY_MS } from '../../kit/durations.ts'
import type { Database } from '../../storage/database.ts'

/** Milliseconds that a submission waits for the moderators of its language before the others are asked too. */
const FIRST_MS = DAY_MS

export const PASSED_ON_TABLE = `CREATE TABLE passed_on (
  submission TEXT NOT NULL, moderator TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (submission, moderator)) WITHOUT ROWID`

const moderatorRow = z.object({ moderator: z.string() })
const newestRow = z.object({ at: z.number().nullable() })

/** Which moderator has passed on which submission. `moderator` is the fingerprint of the mailbox. */
export class PassedOn {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  put(submission: string, moderator: string, now: number): void {
    const query = 'INSERT OR IGNORE INTO passed_on (submission, moderator, at) VALUES (?, ?, ?)'
    this.#db.run(query, submission, moderator, now)
  }

  by(submission: string): Set<string> {
    const query = 'SELECT moderator FROM passed_on WHERE submission = ?'
    return new Set(this.#db.rows(moderatorRow, query, submission).map(({ moderator }) => moderator))
  }

  /** When a submission was last passed on (epoch ms), or 0. */
  newest(): number {
    return this.#db.one(newestRow, 'SELECT MAX(at) AS at FROM passed_on').at ?? 0
  }

  drop(submission: string): void {
    this.#db.run('DELETE FROM passed_on WHERE submission = ?', submission)
  }

  clear(): void {
    this.#db.run('DELETE FROM passed_on')
  }
}

/** A pending submission. `locale` is null if it does not open, `at` its time (epoch ms), `passedBy` the moderators who passed it on. */
export type WaitingItem = { locale: string | null; at: number; passedBy: ReadonlySet<string> }

/**
 * Whether a moderator is asked about a submission. Those who read its language are asked at once, the others after a day, or as soon as
 * somebody passes it on. Nobody is asked again about what they passed on, unless all have. `languages`: what each moderator reads.
 */
export function isAsked(
  moderator: string,
  { locale, at, passedBy }: WaitingItem,
  languages: ReadonlyMap<string, readonly string[]>,
  now: number,
): boolean {
  const all = [...languages.keys()]
  const passed = all.filter((one) => passedBy.has(one))
  if (passed.length > 0) return passed.length === all.length || !passedBy.has(moderator)
  const readers = all.filter((one) =>
    languages.get(one)?.some((read) => locale !== null && isSameLanguage(read, locale)),
  )
  return readers.length === 0 || readers.includes(moderator) || now - at >= FIRST_MS
}
