import * as z from 'zod'
import { type Database, flag } from '../../storage/database.ts'

export const WRITER_UPDATE_TABLE = `CREATE TABLE writer_update (
  about TEXT PRIMARY KEY, update_id TEXT NOT NULL, skip_supporters INTEGER NOT NULL, at INTEGER NOT NULL,
  cursor TEXT NOT NULL, sent INTEGER NOT NULL,
  done INTEGER NOT NULL) WITHOUT ROWID`

const SELECT_UPDATES =
  'SELECT about, update_id AS updateId, skip_supporters AS skipSupporters, at, cursor, sent, done FROM writer_update'

const writerUpdateRow = z.object({
  about: z.string(),
  updateId: z.string(), // '' for the end of the campaign
  skipSupporters: flag, // leave out writers who are supporters
  at: z.number(),
  cursor: z.string(), // fingerprint of the last mailbox that was processed
  sent: z.int(),
  done: flag,
})
export type WriterUpdateRow = z.infer<typeof writerUpdateRow>

/** The table of the writer updates of a campaign, and how far each has come. */
export class WriterUpdateState {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Stores an update that starts at `now` (epoch ms), unless it was started before. */
  start(about: string, updateId: string, skipSupporters: number, now: number): void {
    this.#db.run(
      "INSERT OR IGNORE INTO writer_update (about, update_id, skip_supporters, at, cursor, sent, done) VALUES (?, ?, ?, ?, '', 0, 0)",
      ...[about, updateId, skipSupporters, now],
    )
  }

  find(about: string): WriterUpdateRow | undefined {
    return this.#db.row(writerUpdateRow, `${SELECT_UPDATES} WHERE about = ?`, about)
  }

  /** All updates, the oldest first. */
  list(): WriterUpdateRow[] {
    return this.#db.rows(writerUpdateRow, `${SELECT_UPDATES} ORDER BY at, about`)
  }

  /** Moves the cursor to a writer, never back, and counts the mails. */
  advance(about: string, writer: string, sent: number): void {
    this.#db.run(
      'UPDATE writer_update SET cursor = MAX(cursor, ?), sent = sent + ? WHERE about = ?',
      writer,
      sent,
      about,
    )
  }

  /** Notes that every writer was processed. Skipped ones may still be tried again. */
  finish(about: string): void {
    this.#db.run('UPDATE writer_update SET done = 1 WHERE about = ?', about)
  }

  clear(): void {
    this.#db.run('DELETE FROM writer_update')
  }
}
