import * as z from 'zod'
import { type Campaign, campaign } from '../../campaigns/campaign.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { type Database, flag } from '../../storage/database.ts'
import type { StepStorage } from '../../storage/migrate.ts'
import { SUBMISSION_KINDS, type SubmissionKind } from './submission.ts'
import {
  type NewSubmission,
  type RefusedLetterRow,
  refusedLetterRow,
  type SubmissionRow,
  submissionRow,
} from './submission-row.ts'
import { submissionStatus } from './submission-status.ts'
import { SubmissionTally } from './submission-tally.ts'

/** Reasons for a refusal. A fixed list, because free text would end up with personal names. */
export const SUBMISSION_REFUSALS = ['abuse', 'advertising', 'names-somebody', 'off-topic', 'not-genuine'] as const
export type SubmissionRefusal = (typeof SUBMISSION_REFUSALS)[number]

export const SUBMISSION_TABLES = `
  CREATE TABLE submission (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, author TEXT NOT NULL, fingerprint TEXT NOT NULL, sealed TEXT, content_hash TEXT NOT NULL,
    country TEXT NOT NULL, shown INTEGER NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
    decided_by TEXT NOT NULL, UNIQUE (kind, author)) WITHOUT ROWID;
  CREATE INDEX submission_status ON submission (status, at);
  CREATE INDEX submission_content_hash ON submission (content_hash);
  CREATE TABLE submission_people (revision TEXT PRIMARY KEY, people TEXT NOT NULL) WITHOUT ROWID`

/** So that an alarm finds letters to give up or return without reading other submissions. */
export const HELD_LETTER_INDEXES = `
  CREATE INDEX submission_held ON submission (at) WHERE status = 'pending' AND kind = 'letter';
  CREATE INDEX submission_to_return ON submission (at, id) WHERE status = 'refused' AND kind = 'letter' AND sealed IS NOT NULL`

/**
 * Replaces the index of pending submissions by one that also knows their kinds, adds indexes of shown ones and of addresses other than
 * their mailbox, and counts what an earlier version stored.
 */
export function indexSubmissions(step: StepStorage): void {
  const { sql } = step
  sql.exec(`
    DROP INDEX submission_status;
    CREATE INDEX submission_desk ON submission (kind, at) WHERE status = 'pending' AND sealed IS NOT NULL;
    CREATE INDEX submission_shown ON submission (kind, at)
      WHERE status = 'accepted' AND shown = 1 AND sealed IS NOT NULL;
    CREATE INDEX submission_address ON submission (fingerprint) WHERE fingerprint != author AND fingerprint != ''`)
  const all = 'SELECT kind, status, sealed IS NOT NULL AS kept, COUNT(*) AS n FROM submission GROUP BY 1, 2, 3'
  SubmissionTally.fill(
    step,
    [...sql.exec(all)].map((row) => storedCount.parse(row)),
  )
}

const kind = z.enum(SUBMISSION_KINDS)
const storedCount = z.object({ kind, status: submissionStatus, kept: flag, n: z.int() })
const SELECT_SUBMISSIONS =
  'SELECT id, kind, author, fingerprint, sealed, content_hash AS contentHash, status, shown, at FROM submission'

const idRow = z.object({ id: z.string() })
const countedRow = z.object({ kind, status: submissionStatus, kept: flag })
const newestRow = z.object({ at: z.number() })
const oldestRow = z.object({ at: z.number().nullable() })
const peopleRow = z.object({ people: jsonText(campaign.shape.people) })

/** The tables of a campaign's submissions, and of the people named in each of its revisions. */
export class SubmissionState {
  /** The running counts. */
  readonly tally: SubmissionTally
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
    this.tally = new SubmissionTally(db)
  }

  /** Stores a submission as pending. False when the author has one of the same kind already. */
  insert({ id, kind, author, fingerprint, sealed, contentHash, country, shown, at }: NewSubmission): boolean {
    const values = [id, kind, author, fingerprint, sealed, contentHash, country, Number(shown), at]
    const inserted = this.#db.row(
      idRow,
      `INSERT OR IGNORE INTO submission
         (id, kind, author, fingerprint, sealed, content_hash, country, shown, at, status, reason, decided_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', '', '') RETURNING id`,
      ...values,
    )
    if (inserted !== undefined) this.tally.add({ kind, status: 'pending', kept: true }, 1)
    return inserted !== undefined
  }

  find(id: string): SubmissionRow | undefined {
    return this.#select('id = ?', id)[0]
  }

  findByAuthor(kind: SubmissionKind, author: string): SubmissionRow | undefined {
    return this.#select('kind = ? AND author = ?', kind, author)[0]
  }

  /** Pending submissions whose text is still stored, the oldest first, at most so many. */
  listPending(most: number, kinds: readonly SubmissionKind[] = SUBMISSION_KINDS): SubmissionRow[] {
    const rows = kinds.flatMap((kind) => this.#select(`${IS_WAITING} ORDER BY at, id LIMIT ?`, kind, most))
    return rows.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(0, most)
  }

  /** Number of pending submissions of these kinds, and the time of the newest (epoch ms; 0 for none). */
  countPending(kinds: readonly SubmissionKind[]): { count: number; newest: number } {
    const query = `SELECT at FROM submission WHERE ${IS_WAITING} ORDER BY at DESC LIMIT 1`
    return {
      count: this.tally.waiting(kinds),
      newest: Math.max(0, ...kinds.flatMap((kind) => this.#db.row(newestRow, query, kind)?.at ?? [])),
    }
  }

  /** Accepted submissions that are public, the newest first, at most so many. */
  listShown(kind: SubmissionKind, most: number): SubmissionRow[] {
    const where = "status = 'accepted' AND shown = 1 AND sealed IS NOT NULL AND kind = ?"
    return this.#select(`${where} ORDER BY at DESC, id LIMIT ?`, kind, most)
  }

  /** Whether another submission has the same text. */
  isRepeated({ id, contentHash }: SubmissionRow): boolean {
    return (
      contentHash !== '' &&
      this.#db.has('SELECT 1 FROM submission WHERE content_hash = ? AND id != ? LIMIT 1', contentHash, id)
    )
  }

  /**
   * Stores a decision within the caller's transaction. False when the submission was decided before. Deletes the text of a refused
   * submission, and of an accepted one that may not be shown. The text of a refused letter stays until it is returned.
   */
  decide(id: string, status: 'accepted' | 'refused', by: string, reason: SubmissionRefusal | '' = ''): boolean {
    const before = this.find(id)
    const decided = this.#db.row(
      idRow,
      `UPDATE submission SET status = ?, reason = ?, decided_by = ?,
         sealed = CASE WHEN ? = CASE kind WHEN 'letter' THEN 'refused' ELSE 'accepted' END AND (shown = 1 OR kind = 'letter')
           THEN sealed END
       WHERE id = ? AND status = 'pending' RETURNING id`,
      ...[status, reason, by, status, id],
    )
    if (before === undefined || decided === undefined) return false
    this.tally.decide([{ kind: before.kind, kept: before.sealed !== null }], status)
    return true
  }

  /** When the oldest letter that waits to be read was stored (epoch ms), or null. */
  oldestHeld(): number | null {
    const query = "SELECT MIN(at) AS at FROM submission WHERE status = 'pending' AND kind = 'letter'"
    return this.#db.one(oldestRow, query).at
  }

  /** Refuses letters that were stored at or before this time (epoch ms) and not read since. */
  giveUpLetters(reason: 'undecided' | 'over', before: number): void {
    const update = `UPDATE submission SET status = 'refused', reason = ? WHERE status = 'pending' AND kind = 'letter' AND at <= ?
      RETURNING kind, status, sealed IS NOT NULL AS kept`
    this.#db.transaction(() => this.tally.decide(this.#db.rows(countedRow, update, reason, before), 'refused'))
  }

  /** Refused letters that are not returned yet, the oldest first, at most so many. */
  listRefusedLetters(most: number): RefusedLetterRow[] {
    return this.#db.rows(
      refusedLetterRow,
      `SELECT id, author, sealed, reason FROM submission
       WHERE status = 'refused' AND kind = 'letter' AND sealed IS NOT NULL ORDER BY at, id LIMIT ?`,
      most,
    )
  }

  /** Deletes the text of one refused submission. */
  dropText(id: string): void {
    this.#db.run("UPDATE submission SET sealed = NULL, content_hash = '' WHERE id = ? AND status = 'refused'", id)
  }

  /** Deletes an author's returned letter, so that they may send another. */
  forgetReturned(author: string): void {
    this.#delete("kind = 'letter' AND author = ? AND status = 'refused' AND sealed IS NULL", author)
  }

  isEmpty(): boolean {
    return !this.#db.has('SELECT 1 FROM submission LIMIT 1')
  }

  /** Stores the people of a revision, so that names which a later revision leaves out can be withheld. */
  storePeople({ revision, people }: Campaign): void {
    const insert = 'INSERT OR IGNORE INTO submission_people (revision, people) VALUES (?, ?)'
    this.#db.run(insert, revision, JSON.stringify(people))
  }

  /** The people of every stored revision. */
  listPeople(): Array<Campaign['people']> {
    return this.#db.rows(peopleRow, 'SELECT DISTINCT people FROM submission_people').map(({ people }) => people)
  }

  /** A person's submissions whose text is still stored, by the fingerprint of their address. */
  listByPerson(fingerprint: string): SubmissionRow[] {
    return this.#select(`${IS_PERSON} AND sealed IS NOT NULL`, fingerprint)
  }

  /** Deletes all submissions of a person. Returns their number. */
  erase(fingerprint: string): number {
    return this.#delete(IS_PERSON, fingerprint)
  }

  /** Deletes the texts of submissions that are not public: without consent to show them, or not accepted. */
  dropPersonal(): void {
    if (this.tally.personalDropped()) return
    this.#db.transaction(() => {
      this.#db.run("UPDATE submission SET sealed = NULL, content_hash = '' WHERE shown = 0 OR status != 'accepted'")
      this.tally.dropPersonal()
    })
  }

  clear(): void {
    if (this.isEmpty()) return
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM submission')
      this.#db.run('DELETE FROM submission_people')
      this.tally.clear()
    })
  }

  /** Deletes submissions and takes them off the counts. Returns their number. */
  #delete(where: string, value: string): number {
    return this.#db.transaction(() => {
      const query = `DELETE FROM submission WHERE ${where} RETURNING kind, status, sealed IS NOT NULL AS kept`
      const deleted = this.#db.rows(countedRow, query, value)
      for (const one of deleted) this.tally.add(one, -1)
      return deleted.length
    })
  }

  #select(where: string, ...values: Array<string | number>): SubmissionRow[] {
    return this.#db.rows(submissionRow, `${SELECT_SUBMISSIONS} WHERE ${where}`, ...values)
  }
}

/** SQL: pending, with its text still stored, and of this kind. */
const IS_WAITING = "status = 'pending' AND sealed IS NOT NULL AND kind = ?"
/**
 * SQL: of the person with this fingerprint of an address. Two indexes answer it. Whoever confirmed with the address of the mailbox itself
 * is found as an author, of any kind.
 */
const IS_PERSON = `((kind IN (${SUBMISSION_KINDS.map((one) => `'${one}'`).join(', ')}) AND author = ?1 AND fingerprint = ?1)
  OR (fingerprint = ?1 AND fingerprint != author AND fingerprint != ''))`
