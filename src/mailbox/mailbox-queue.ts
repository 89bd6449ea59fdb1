import { DurableObject } from 'cloudflare:workers'
import { noticeOfRefusal } from '../delivery/quota/call-report.ts'
import { requireSettings } from '../env.ts'
import { backoffMs } from '../kit/backoff.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { Database } from '../storage/database.ts'
import type { AskAnswer } from './asked/ask-mailbox.ts'
import { type AskedLink, confirmationUrl } from './asked/asked-link.ts'
import { clearanceOf } from './asked/clearance.ts'
import { decideAsk, filled, WORK_AFTER_MS } from './asked/mailbox-allowance.ts'
import { deliverMail, withLinks } from './deliver-mail.ts'
import { nextTry, UNREADABLE } from './next-try.ts'
import { type Enqueued, markOf, QUEUE_STEPS, type QueuedMail, QueuedMails } from './queued-mails.ts'
import { searchQueue } from './search-queue.ts'
import { isOfImport, sealedMail, type TransactionalMail } from './transactional-mail.ts'
import { isUnwanted } from './unwanted-mail.ts'

/** Minimum number of tries assumed for the back-off after an internal error, because such errors last longer than a second. */
const FAILED_TRIES = 3

const ANSWERS = { send: 'queued', repeat: 'repeated', waiting: 'repeated', refused: 'refused' } as const

/** Durable Object per mailbox: sends transactional mails and deletes each once it is sent. A second confirmation does no harm. */
export class MailboxQueue extends DurableObject<Env> {
  readonly #db: Database
  readonly #mails: QueuedMails
  readonly #sealing = new Set<string>() // keys of mails that are being sealed
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, QUEUE_STEPS, 'written')
    this.#mails = new QueuedMails(this.#db)
  }

  /** Queues a mail whose key was not used within the hour. `lasting`: within a week. */
  async enqueue(mail: TransactionalMail, once?: 'lasting'): Promise<Enqueued> {
    const settings = await requireSettings(this.env)
    const sealed = await sealedMail.text(settings.keys, this.#placeOf(mail.key), mail)
    const now = Date.now()
    this.#db.createSchema() // an object that has deleted everything may still be in memory
    const enqueued = this.#mails.add(mail.key, markOf(mail.key, once), sealed, now)
    if (enqueued === 'queued') await this.ctx.storage.setAlarm(now)
    return enqueued
  }

  /** Queues a mail that a stranger may have asked for, within the mailbox's allowance. `asked` makes its link; see `decideAsk`. */
  async ask(mail: TransactionalMail, asked?: AskedLink): Promise<AskAnswer> {
    const settings = await requireSettings(this.env)
    this.#db.createSchema()
    const mark = isOfImport(mail) ? markOf(mail.key, 'lasting') : null
    const content = asked && { digest: asked.digest, keyId: settings.keys.current, ref: asked.ref }
    const now = Date.now()
    const isWaiting = (key: string) => this.#sealing.has(key) || this.#mails.has(key)
    if (mark !== null && this.#mails.isMarked(mark, now)) return 'already'
    const { kind, allowance, link } = decideAsk(this.#mails.allowance, { key: mail.key, content }, isWaiting, now)
    const isTaken = kind === 'send' || kind === 'repeat'
    // Every answer takes a seal, a write and an alarm: its time does not tell what the mailbox got lately.
    this.#mails.allowance = allowance // before anything is awaited: another request may come meanwhile
    if (isTaken) this.#sealing.add(mail.key)
    let added: Enqueued = 'queued'
    try {
      const confirm = asked && link && (await confirmationUrl(settings, asked, link))
      const whole = confirm ? { ...mail, values: { ...mail.values, confirm } } : mail
      const sealed = await sealedMail.text(settings.keys, this.#placeOf(mail.key), whole)
      if (isTaken) added = this.#mails.add(mail.key, mark, sealed, now)
    } finally {
      if (isTaken) this.#sealing.delete(mail.key)
    }
    await this.ctx.storage.setAlarm(now + WORK_AFTER_MS)
    return added === 'queued' ? ANSWERS[kind] : added
  }

  /** The turn of a confirmation has come: it leaves now. */
  async release(key: string): Promise<void> {
    if (!this.#db.hasSchema()) return
    this.#mails.release(key, Date.now())
    await this.ctx.storage.setAlarm(Date.now())
  }

  /** The mailbox's owner has pressed a button or left: the bucket of mails that strangers can ask for is full again. */
  fillAllowance(): void {
    if (!this.#db.hasSchema() || this.#mails.allowance.sent.length === 0) return
    this.#mails.allowance = filled(this.#mails.allowance, Date.now())
  }

  /** Deletes or finds the mails that wait for an address of the mailbox: JSON, null when there are none. */
  async search(fingerprint: string, act: 'erase' | 'find'): Promise<string | null> {
    if (!this.#db.hasSchema()) return null
    const sealed = { mails: this.#mails, placeOf: (key: string) => this.#placeOf(key) }
    return searchQueue({ ...sealed, settings: await requireSettings(this.env) }, fingerprint, act)
  }

  override async alarm(): Promise<void> {
    if (!this.#db.hasSchema()) return
    for (const row of this.#mails.due(Date.now())) {
      try {
        await this.#send(row)
      } catch (error) {
        console.error('mailbox queue', this.ctx.id.toString(), errorMessage(error))
        this.#mails.reschedule(row, backoffMs(Math.max(row.tries, FAILED_TRIES), Math.random()), row.generation)
      }
    }
    this.#mails.dropOldMarks(Date.now())
    const next = this.#mails.nextAt()
    if (next === null) await this.ctx.storage.deleteAll()
    else await this.ctx.storage.setAlarm(next)
  }

  async #send(queued: QueuedMail): Promise<void> {
    const settings = await requireSettings(this.env)
    const queueId = this.ctx.id.toString()
    const place = this.#placeOf(queued.key)
    const mail = await sealedMail.open(settings.keys, place, queued.sealed)
    const { generation, queuedAt } = queued
    // Checked before each try and not in `ask` or `enqueue`, whose time would reveal the answer. An unwanted mail is composed, too.
    const isDecoy = mail !== null && (await isUnwanted(this.env, settings, mail, queuedAt))
    const clearance = mail === null || isDecoy ? 'go' : await clearanceOf(this.env, mail, queued)
    if (clearance === 'drop') return this.#mails.drop(queued)
    if (clearance !== 'go') return this.#mails.waitForTurn(queued, clearance.until)
    const date = this.#mails.dateOf(queued, Date.now())
    const row = { ...queued, cleared: true, dated: date === queuedAt ? 0 : date }
    const whole = mail && (await withLinks(settings, mail, { place, queuedAt }))
    const delivery = { queueId, place, generation, date, isDecoy }
    const outcome = whole ? await deliverMail(this.env, settings, whole, delivery) : UNREADABLE
    if (isDecoy) return this.#mails.drop(queued)
    if (outcome.kind === 'not-yet' && outcome.isStopped) return this.#mails.hold(queued, outcome.waitMs)
    if (outcome.kind === 'not-yet')
      return this.#mails.reschedule({ ...row, dated: queued.dated }, outcome.waitMs, generation, 0) // no call was made
    const next = nextTry(outcome, row)
    const { bulk, transactional } = settings.transports
    const refusal = noticeOfRefusal((mail?.test ? bulk : transactional).name, outcome)
    if (refusal !== null) await raiseNotice(this.env, refusal)
    if (mail === null) await raiseNotice(this.env, { kind: 'mail-unreadable', subject: 'mailbox queues' })
    if (outcome.kind !== 'accepted')
      console.warn('mailbox queue', queueId, outcome.reason, next === null ? 'given up' : 'will be retried')
    if (outcome.kind === 'refused' && next === null && mail?.email === 'moderate')
      await raiseNotice(this.env, {
        kind: 'moderator-unreachable',
        subject: mail.campaign ?? '',
        detail: outcome.reason,
      })
    if (next === null) this.#mails.drop(row)
    else this.#mails.reschedule(row, backoffMs(row.tries, Math.random(), next.retryAfterSeconds), next.generation)
  }

  /** Place for which a mail is sealed. The object's id stands for the mailbox. */
  #placeOf(key: string): string {
    return `${this.ctx.id.toString()}/${key}`
  }
}
