import * as z from 'zod'
import type { Database } from '../../storage/database.ts'

export const REQUESTED_UPDATE_TABLE = `
  CREATE TABLE requested_update (
    about TEXT PRIMARY KEY, skip_supporters INTEGER NOT NULL, revision TEXT NOT NULL, requested_by TEXT NOT NULL,
    at INTEGER NOT NULL) WITHOUT ROWID`

const requestRow = z.object({ skipSupporters: z.int(), revision: z.string(), requestedBy: z.string() })

/** What one organiser asked for. `requestedBy` is a token's name. */
type UpdateRequest = { about: string; skipSupporters: number; revision: string; requestedBy: string }

/** The writer updates that wait for a second organiser. */
export class RequestedUpdates {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Stores a request. `approved`: another organiser had asked for the same update to the same people, of the same revision of the
   * campaign. Otherwise it waits, in place of a different request. An organiser's repeated request changes nothing.
   */
  request({ about, skipSupporters, revision, requestedBy }: UpdateRequest, now: number): 'approved' | 'waiting' {
    const earlier = this.#db.row(
      requestRow,
      'SELECT skip_supporters AS skipSupporters, revision, requested_by AS requestedBy FROM requested_update WHERE about = ?',
      about,
    )
    const isSame = earlier?.skipSupporters === skipSupporters && earlier.revision === revision
    if (isSame && earlier.requestedBy !== requestedBy) return 'approved'
    if (!isSame)
      this.#db.run(
        'INSERT OR REPLACE INTO requested_update (about, skip_supporters, revision, requested_by, at) VALUES (?, ?, ?, ?, ?)',
        ...[about, skipSupporters, revision, requestedBy, now],
      )
    return 'waiting'
  }

  drop(about: string): void {
    this.#db.run('DELETE FROM requested_update WHERE about = ?', about)
  }

  clear(): void {
    this.#db.run('DELETE FROM requested_update')
  }
}
