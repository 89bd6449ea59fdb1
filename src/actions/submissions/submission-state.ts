import * as z from 'zod'
import { type Campaign, campaign } from '../../campaigns/campaign.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { type Database, flag } from '../../storage/database.ts'
import { SUBMISSION_KINDS, type SubmissionKind } from './submission.ts'

const submissionStatus = z.enum(['pending', 'accepted', 'refused'])
export type SubmissionStatus = z.infer<typeof submissionStatus>

/** Why a moderator refused: a word of a list, since free text ends up holding names. */
export const SUBMISSION_REFUSALS = ['abuse', 'advertising', 'names-somebody', 'off-topic', 'not-genuine'] as const
export type SubmissionRefusal = (typeof SUBMISSION_REFUSALS)[number]

/** Something that was said and confirmed. */
export type NewSubmission = {
  id: string
  kind: SubmissionKind
  author: string // fingerprint of the mailbox, so that no `+tag` makes two of one; of a reply the content hash of all of it
  fingerprint: string // of the address itself, by which they may have themselves erased; empty for a reply
  sealed: string
  contentHash: string // keyed hash of the words: equal ones have equal hashes
  country: string
  shown: boolean // public once it is accepted
  at: number // epoch ms
}

export const SUBMISSION_TABLES = `
  CREATE TABLE submission (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, author TEXT NOT NULL, fingerprint TEXT NOT NULL, sealed TEXT, content_hash TEXT NOT NULL,
    country TEXT NOT NULL, shown INTEGER NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
    decided_by TEXT NOT NULL, UNIQUE (kind, author)) WITHOUT ROWID;
  CREATE INDEX submission_status ON submission (status, at);
  CREATE INDEX submission_content_hash ON submission (content_hash);
  CREATE TABLE submission_people (revision TEXT PRIMARY KEY, people TEXT NOT NULL) WITHOUT ROWID`

const kind = z.enum(SUBMISSION_KINDS)
const submissionRow = z.object({
  id: z.string(),
  kind,
  author: z.string(),
  fingerprint: z.string(),
  sealed: z.string().nullable(), // gone once it is refused, delivered, or its time is over
  contentHash: z.string(),
  status: submissionStatus,
  shown: flag,
  at: z.number(),
})
export type SubmissionRow = z.infer<typeof submissionRow>

const SELECT_SUBMISSIONS =
  'SELECT id, kind, author, fingerprint, sealed, content_hash AS contentHash, status, shown, at FROM submission'

const idRow = z.object({ id: z.string() })
const waitingRow = z.object({ count: z.int(), newest: z.number() })
const countRow = z.object({ kind, status: submissionStatus, n: z.int() })
const peopleRow = z.object({ people: jsonText(campaign.shape.people) })

/** What a campaign's object keeps of submissions. */
export class SubmissionState {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Takes what was confirmed, within the caller's transaction. False when its author has said one of the kind before. */
  insert({ id, kind, author, fingerprint, sealed, contentHash, country, shown, at }: NewSubmission): boolean {
    const values = [id, kind, author, fingerprint, sealed, contentHash, country, Number(shown), at]
    const taken = this.#db.row(
      idRow,
      `INSERT OR IGNORE INTO submission (id, kind, author, fingerprint, sealed, content_hash, country, shown, at, status, reason, decided_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', '', '') RETURNING id`,
      ...values,
    )
    return taken !== undefined
  }

  find(id: string): SubmissionRow | undefined {
    return this.#select('id = ?', id)[0]
  }

  findByAuthor(kind: SubmissionKind, author: string): SubmissionRow | undefined {
    return this.#select('kind = ? AND author = ?', kind, author)[0]
  }

  /** What waits for a moderator and can still be read, the oldest first. */
  listPending(most: number, kinds: readonly SubmissionKind[] = SUBMISSION_KINDS): SubmissionRow[] {
    return this.#select(`${IS_WAITING} ORDER BY at, id LIMIT ?`, JSON.stringify(kinds), most)
  }

  /** Of what waits so: how many there are, and when the newest came. */
  countPending(kinds: readonly SubmissionKind[]): { count: number; newest: number } {
    return this.#db.one(
      waitingRow,
      `SELECT COUNT(*) AS count, COALESCE(MAX(at), 0) AS newest FROM submission WHERE ${IS_WAITING}`,
      JSON.stringify(kinds),
    )
  }

  /** What was accepted to be shown, the newest first. */
  listShown(kind: SubmissionKind, most: number): SubmissionRow[] {
    const where = "status = 'accepted' AND shown = 1 AND sealed IS NOT NULL AND kind = ?"
    return this.#select(`${where} ORDER BY at DESC, id LIMIT ?`, kind, most)
  }

  /** Whether the same words came in another submission. */
  isRepeated({ id, contentHash }: SubmissionRow): boolean {
    return (
      contentHash !== '' &&
      this.#db.has('SELECT 1 FROM submission WHERE content_hash = ? AND id != ? LIMIT 1', contentHash, id)
    )
  }

  /**
   * Compare-and-set, within the caller's transaction: false when somebody has decided before. With it goes a text that is refused, and one
   * that is on its way to the workers and may not be shown.
   */
  decide(id: string, status: 'accepted' | 'refused', by: string, reason: SubmissionRefusal | '' = ''): boolean {
    const decided = this.#db.row(
      idRow,
      `UPDATE submission SET status = ?, reason = ?, decided_by = ?, sealed = CASE WHEN ? = 'accepted' AND shown = 1 THEN sealed END
       WHERE id = ? AND status = 'pending' RETURNING id`,
      ...[status, reason, by, status, id],
    )
    return decided !== undefined
  }

  counts(): Array<{ kind: SubmissionKind; status: SubmissionStatus; n: number }> {
    return this.#db.rows(countRow, 'SELECT kind, status, COUNT(*) AS n FROM submission GROUP BY kind, status')
  }

  isEmpty(): boolean {
    return !this.#db.has('SELECT 1 FROM submission LIMIT 1')
  }

  /** How the campaign names people in a revision that was current while something could be said about it. */
  storePeople({ revision, people }: Campaign): void {
    const insert = 'INSERT OR IGNORE INTO submission_people (revision, people) VALUES (?, ?)'
    this.#db.run(insert, revision, JSON.stringify(people))
  }

  listPeople(): Array<Campaign['people']> {
    return this.#db.rows(peopleRow, 'SELECT DISTINCT people FROM submission_people').map(({ people }) => people)
  }

  /** What is still kept of somebody's words. */
  listByPerson(fingerprint: string): SubmissionRow[] {
    return this.#select('fingerprint = ? AND sealed IS NOT NULL', fingerprint)
  }

  /** Everything of one person: as if they had said nothing. Answers how many submissions there were. */
  erase(fingerprint: string): number {
    return this.#db.rows(idRow, 'DELETE FROM submission WHERE fingerprint = ? RETURNING id', fingerprint).length
  }

  /** The texts that nobody agreed to have shown, or that nobody has accepted. */
  dropPersonal(): void {
    this.#db.run("UPDATE submission SET sealed = NULL, content_hash = '' WHERE shown = 0 OR status != 'accepted'")
  }

  /** Everything. */
  clear(): void {
    this.#db.run('DELETE FROM submission')
    this.#db.run('DELETE FROM submission_people')
  }

  #select(where: string, ...values: Array<string | number>): SubmissionRow[] {
    return this.#db.rows(submissionRow, `${SELECT_SUBMISSIONS} WHERE ${where}`, ...values)
  }
}

/** Waits for a moderator, can still be read, and is of one of these kinds (JSON). */
const IS_WAITING = "status = 'pending' AND sealed IS NOT NULL AND kind IN (SELECT value FROM json_each(?))"
