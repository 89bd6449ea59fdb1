import { DurableObject } from 'cloudflare:workers'
import { Database } from '../storage/database.ts'
import { NOTICE_STEPS, NoticeTable, type NoticeView, type RaisedNotice } from './notice-table.ts'

/** Durable Object with the notices: what organisers must know, each once. One object exists. */
export class Notices extends DurableObject {
  readonly #table: NoticeTable

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#table = new NoticeTable(new Database(ctx, NOTICE_STEPS))
  }

  /** Adds cases of a notice. Callers use `raiseNotice`. */
  add(notice: RaisedNotice): void {
    this.#table.add(notice, Date.now())
  }

  /** All notices, the one with the newest case first. */
  list(): NoticeView[] {
    return this.#table.list(Date.now())
  }
}
