import { DurableObject } from 'cloudflare:workers'
import { settingsOf } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { wakeBy } from '../storage/alarms.ts'
import { Database } from '../storage/database.ts'
import { NoticeMails } from './notice-mails.ts'
import { NOTICE_STEPS, NoticeTable, type NoticeView, type RaisedNotice } from './notice-table.ts'
import { noticesMail } from './notices-mail.ts'
import { tellOrganisers } from './tell-organisers.ts'

/** Durable Object with the notices: what organisers must know, each once. One object exists. */
export class Notices extends DurableObject<Env> {
  readonly #table: NoticeTable
  readonly #mails: NoticeMails

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const db = new Database(ctx, NOTICE_STEPS)
    this.#table = new NoticeTable(db)
    this.#mails = new NoticeMails(db, this.#table)
  }

  /** Adds cases of a notice. Callers use `raiseNotice`. */
  async add(notice: RaisedNotice): Promise<void> {
    const now = Date.now()
    this.#table.add(notice, now)
    const { settings } = await settingsOf(this.env)
    if (settings === undefined || settings.notify.length === 0 || !this.#table.hasNews()) return
    await wakeBy(this.ctx.storage, this.#mails.dueAt(now))
  }

  /** All notices, the one with the newest case first. */
  list(): NoticeView[] {
    return this.#table.list(Date.now())
  }

  /** Queues the mail with new notices for the addresses of NOTIFY. */
  override async alarm(): Promise<void> {
    const { settings } = await settingsOf(this.env)
    if (settings === undefined || settings.notify.length === 0) return
    const now = Date.now()
    const { at, notices } = this.#mails.choose(now)
    try {
      if (notices.length > 0)
        await tellOrganisers(this.env, settings, settings.notify, noticesMail(settings.publicUrl, at, notices))
      this.#mails.markQueued()
    } catch (error) {
      console.error('notices', errorMessage(error))
      await wakeBy(this.ctx.storage, this.#mails.againAt(now))
      return
    }
    if (this.#table.hasNews()) await wakeBy(this.ctx.storage, this.#mails.dueAt(Date.now()))
  }
}
