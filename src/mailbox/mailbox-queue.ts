import { DurableObject } from 'cloudflare:workers'
import { backoffMs } from '../delivery/backoff.ts'
import { noticeOfRefusal } from '../delivery/quota/call-report.ts'
import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { Database } from '../storage/database.ts'
import type { Outcome } from '../transports/transport.ts'
import { deliverMail, isSuperseded } from './deliver-mail.ts'
import { nextTry } from './next-try.ts'
import { type Enqueued, marksOf, type Once, QUEUE_STEPS, type QueuedMail, QueuedMails } from './queued-mails.ts'
import { sealedMail, type TransactionalMail } from './transactional-mail.ts'

/** Minimum number of tries assumed for the back-off after an internal error, because such errors last longer than a second. */
const FAILED_TRIES = 3
const UNREADABLE: Outcome = {
  kind: 'refused',
  permanent: true,
  reason: 'invalid-content',
  detail: 'the queued mail cannot be decrypted',
}

/**
 * Durable Object per mailbox that sends transactional mails and deletes each once it is sent. A mail with an unknown outcome is
 * sent again, since a second confirmation does no harm.
 */
export class MailboxQueue extends DurableObject<Env> {
  readonly #db: Database
  readonly #mails: QueuedMails

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, QUEUE_STEPS)
    this.#mails = new QueuedMails(this.#db)
  }

  /** Queues a mail whose key was not used within the hour. `once` widens that: see `Once`. */
  async enqueue(mail: TransactionalMail, ...once: Once[]): Promise<Enqueued> {
    const settings = await requireSettings(this.env)
    const sealed = await sealedMail.text(settings.keys, this.#placeOf(mail.key), mail)
    const now = Date.now()
    this.#db.createSchema() // an object that has deleted everything may still be in memory
    const enqueued = this.#mails.add(mail.key, marksOf(mail, once), sealed, now)
    if (enqueued === 'queued') await this.ctx.storage.setAlarm(now)
    return enqueued
  }

  override async alarm(): Promise<void> {
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

  async #send(row: QueuedMail): Promise<void> {
    const settings = await requireSettings(this.env)
    const queueId = this.ctx.id.toString()
    const place = this.#placeOf(row.key)
    const mail = await sealedMail.open(settings.keys, place, row.sealed)
    // Checked before each try and not in `enqueue`, whose time would reveal the answer.
    const isUnwanted = mail !== null && (await isSuperseded(this.env, settings, mail, row.queuedAt))
    const isDecoy = isUnwanted || mail?.decoy === true
    const { generation, queuedAt } = row
    const outcome = mail
      ? await deliverMail(this.env, settings, mail, { queueId, place, generation, queuedAt, isDecoy })
      : UNREADABLE
    if (isDecoy) {
      this.#mails.drop(row)
      return
    }
    if (outcome.kind === 'not-yet') {
      this.#mails.reschedule(row, outcome.waitMs, generation, 0) // no try has failed
      return
    }
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
