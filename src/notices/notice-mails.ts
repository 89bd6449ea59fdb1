import * as z from 'zod'
import { HOUR_MS, MINUTE_MS } from '../kit/durations.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import type { NoticeTable, NoticeView } from './notice-table.ts'

/** Milliseconds between two mails with notices: whatever happens, an organiser gets no more than one an hour. */
const APART_MS = HOUR_MS
/** Milliseconds from a first notice to its mail, so that what happens together stands in one mail. */
const GATHER_MS = MINUTE_MS
/** Milliseconds until a mail that could not be queued is tried again. */
const AGAIN_MS = MINUTE_MS

/** When the last mail was gathered (epoch ms), and whether it has been queued. */
const lastMail = z.object({ at: z.number(), isQueued: z.boolean() })

/** Which notices the next mail has, and when it is due. A mail that a crash interrupts is made again with the same key. */
export class NoticeMails {
  readonly #db: Database
  readonly #table: NoticeTable
  readonly #last: StoredEntry<z.infer<typeof lastMail>>

  constructor(db: Database, table: NoticeTable) {
    this.#db = db
    this.#table = table
    this.#last = db.entry('notice-mail', lastMail)
  }

  /** When the next mail is due, if there is news at `now` (epoch ms). */
  dueAt(now: number): number {
    const last = this.#last.get()
    if (last?.isQueued === false) return now + AGAIN_MS
    return Math.max(now + GATHER_MS, (last?.at ?? 0) + APART_MS)
  }

  againAt = (now: number): number => now + AGAIN_MS

  /** The mail to queue now: the one that was interrupted, else one with all new notices. */
  choose(now: number): { at: number; notices: NoticeView[] } {
    const last = this.#last.get()
    const at = last?.isQueued === false ? last.at : now
    if (at === now)
      this.#db.transaction(() => {
        this.#table.choose()
        this.#last.put({ at, isQueued: false })
      })
    return { at, notices: this.#table.chosen(now) }
  }

  markQueued(): void {
    const last = this.#last.get()
    this.#db.transaction(() => {
      this.#table.markQueued()
      if (last !== undefined) this.#last.put({ ...last, isQueued: true })
    })
  }
}
