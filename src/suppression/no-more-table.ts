import * as z from 'zod'
import { DAY_MS } from '../kit/durations.ts'
import type { Database } from '../storage/database.ts'

/** Milliseconds for which a mailbox gets no confirmations after its owner has pressed “no more such mails”. */
const NO_MORE_MS = 365 * DAY_MS

export const NO_MORE_TABLE = `
  CREATE TABLE no_more (mailbox TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX no_more_until ON no_more (until)`

const untilRow = z.object({ until: z.number() })

/** Table of mailboxes, by fingerprint, that get no confirmations that a stranger can ask for. All other mail still goes to them. */
export class NoMoreTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  store(mailbox: string, now: number): void {
    this.#db.run('INSERT OR REPLACE INTO no_more (mailbox, until) VALUES (?, ?)', mailbox, now + NO_MORE_MS)
  }

  /** Deletes rows whose time is over at `now` (epoch ms). */
  dropEnded(now: number): void {
    this.#db.run('DELETE FROM no_more WHERE until <= ?', now)
  }

  remove(mailbox: string): void {
    this.#db.run('DELETE FROM no_more WHERE mailbox = ?', mailbox)
  }

  /** Until when a mailbox gets no confirmations (epoch ms); undefined when it gets them at `now`. */
  until(mailbox: string, now: number): number | undefined {
    return this.#db.row(untilRow, 'SELECT until FROM no_more WHERE mailbox = ? AND until > ?', mailbox, now)?.until
  }
}
