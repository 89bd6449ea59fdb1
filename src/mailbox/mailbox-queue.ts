import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Campaign } from '../campaigns/campaign.ts'
import { findMentionable } from '../campaigns/catalogue.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { backoffMs } from '../delivery/backoff.ts'
import { bulkHeaders, sharedHeaders, transactionalHeaders } from '../emails/headers.ts'
import { EMAILS } from '../emails/message.ts'
import { messageId } from '../emails/message-id.ts'
import { senderOf } from '../emails/sender.ts'
import { compileCached } from '../emails/template/compile.ts'
import { requireSettings, type Settings } from '../env.ts'
import { defined } from '../kit/defined.ts'
import { errorMessage } from '../kit/result.ts'
import { senderQuotaOf, suppressionOf } from '../objects.ts'
import { normaliseAddress } from '../security/address.ts'
import { sealed } from '../security/sealed.ts'
import { Database } from '../storage/database.ts'
import { supersedes } from '../suppression/suppression-rules.ts'
import { mayDeliver } from '../transports/reserved-domains.ts'
import { selectTransport } from '../transports/select-transport.ts'
import { ACCOUNT_REASONS, limitsOf, type Outcome, type Transport } from '../transports/transport.ts'
import { QUEUE_STEPS, type QueuedMail, QueuedMails } from './queued-mails.ts'

/** A transactional mail. `key` names the request that it answers; each key is sent once. */
const transactionalMail = z.object({
  key: z.string(),
  email: z.enum(EMAILS),
  locale: z.string(),
  to: z.object({ name: z.string().optional(), address: z.string() }),
  values: z.record(z.string(), z.string()),
  campaign: z.string().optional(),
  updateId: z.string().optional(),
  /** Set for a test of a bulk mail: sent by the bulk transport, marked in the subject, with an unsubscribe link. */
  test: z.object({ unsubscribe: z.string() }).optional(),
  unsubscribe: z.string().optional(), // the URL that ends mails of this kind
})
export type TransactionalMail = z.infer<typeof transactionalMail>
const sealedMail = sealed('letter', transactionalMail)

/** Minimum number of tries assumed for the back-off after an internal error, because such errors last longer than a second. */
const FAILED_TRIES = 3
/** Tries with unknown outcome under one idempotency key; then a new key is used, in case the key itself causes the failure. */
const SAME_KEY_TRIES = 5

/** The sender quota has no turn soon: try again after `waitMs`. */
type Postponed = { kind: 'not-yet'; waitMs: number }

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

  /** Queues a mail. 'already' if its key was used within the hour, or with `hourly` if a mail of its kind was. */
  async enqueue(mail: TransactionalMail, once?: 'hourly'): Promise<'queued' | 'already'> {
    const settings = await requireSettings(this.env)
    const sealed = await sealedMail.text(settings.keys, this.#placeOf(mail.key), mail)
    const now = Date.now()
    this.#db.createSchema() // an object that has deleted everything may still be in memory
    const isNew = this.#mails.add(mail.key, once === 'hourly' ? mail.email : `key/${mail.key}`, sealed, now)
    if (isNew) await this.ctx.storage.setAlarm(now)
    return isNew ? 'queued' : 'already'
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
    const mail = await sealedMail.open(settings.keys, this.#placeOf(row.key), row.sealed)
    if (mail !== null && (await this.#isSuperseded(settings, mail, row.queuedAt))) {
      this.#mails.drop(row)
      return
    }
    const outcome: Outcome | Postponed = mail
      ? await this.#deliver(settings, row, mail)
      : { kind: 'refused', permanent: true, reason: 'invalid-content', detail: 'the queued mail cannot be decrypted' }
    if (outcome.kind === 'not-yet') {
      this.#mails.reschedule(row, outcome.waitMs, row.generation, 0) // no try has failed
      return
    }
    const again =
      outcome.kind === 'unknown' ||
      (outcome.kind === 'refused' && (!outcome.permanent || ACCOUNT_REASONS.has(outcome.reason)))
    if (outcome.kind !== 'accepted')
      console.warn('mailbox queue', this.ctx.id.toString(), outcome.reason, again ? 'will be retried' : 'given up')
    if (!again) {
      this.#mails.drop(row)
      return
    }
    const seconds = outcome.kind === 'refused' ? outcome.retryAfterSeconds : 0
    const generation = row.generation + (outcome.kind === 'refused' || row.tries >= SAME_KEY_TRIES ? 1 : 0)
    this.#mails.reschedule(row, backoffMs(row.tries, Math.random(), seconds), generation)
  }

  /**
   * Whether the reader has left or complained since. Checked before each try and not in `enqueue`, whose time would reveal the
   * answer.
   */
  async #isSuperseded(settings: Settings, { email, to }: TransactionalMail, queuedAt: number): Promise<boolean> {
    const address = normaliseAddress(to.address)
    if (!address.ok) return false
    const { reason, since } = await suppressionOf(this.env).status(await settings.fingerprint(address.value))
    return reason !== undefined && since !== undefined && supersedes({ reason, since }, email, queuedAt)
  }

  async #deliver(
    settings: Settings,
    row: QueuedMail,
    { test, unsubscribe, ...mail }: TransactionalMail,
  ): Promise<Outcome | Postponed> {
    const use = test === undefined ? 'transactional' : 'bulk'
    const transport = selectTransport(settings, this.env, use)
    if (!mayDeliver(transport, mail.to.address)) {
      return { kind: 'refused', permanent: true, reason: 'reserved-address' }
    }
    const waitMs = await this.#acquire(transport)
    if (waitMs > 0) return { kind: 'not-yet', waitMs }
    const campaign = await this.#campaign(mail.campaign, test !== undefined)
    const sender = senderOf(settings)
    const { template } = await compileCached(this.env.CONTENT, {
      email: mail.email,
      locale: mail.locale,
      sender,
      ...(campaign && { campaign }),
      ...defined({ updateId: mail.updateId }),
    })
    const place = this.#placeOf(row.key)
    const stop = test?.unsubscribe ?? unsubscribe
    const { name, address } = mail.to
    const call = await transport.compose({
      template: test === undefined ? template : { ...template, subject: ['[Test] ', ...template.subject] },
      recipients: [
        {
          to: name === undefined ? { address } : { name, address },
          values: mail.values,
          headers: stop === undefined ? {} : bulkHeaders({ unsubscribe: stop }),
          messageId: messageId(mail.email, place, new URL(settings.publicUrl).hostname),
        },
      ],
      from: { name: settings.senderName, address: settings.senderAddress },
      ...(settings.replyTo !== undefined && { replyTo: { address: settings.replyTo } }),
      headers: test === undefined ? transactionalHeaders() : sharedHeaders(sender),
      date: row.queuedAt,
    })
    const answer = await transport.send(call, `tocsin/letter/${place}/${row.generation}`)
    const [outcome] = [answer].flat()
    if (outcome?.kind === 'refused' && outcome.reason === 'rate-limited') {
      const forSeconds = outcome.retryAfterSeconds
      await senderQuotaOf(this.env, transport.name).report([{ kind: 'slow-down', ...defined({ forSeconds }) }])
    }
    return outcome ?? { kind: 'unknown', reason: 'the provider returned no result' }
  }

  /** The campaign that a mail mentions. A test mail reads the current revision; others read KV, which may be a minute behind. */
  async #campaign(slug: string | undefined, test: boolean): Promise<Campaign | null> {
    if (slug === undefined) return null
    return test ? currentCampaign(this.env, slug) : findMentionable(this.env.CONTENT, slug, Date.now())
  }

  /**
   * Waits for the sender quota, which prefers transactional mail. Returns 0, or the milliseconds to wait if the turn is not
   * soon.
   */
  async #acquire(transport: Transport): Promise<number> {
    const permit = await senderQuotaOf(this.env, transport.name).acquire({
      limits: limitsOf(transport),
      people: 1,
      use: 'letter',
      who: this.ctx.id.toString(),
    })
    if (!permit.go) return permit.until - Date.now()
    if (permit.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, permit.waitMs))
    return 0
  }

  /** Place for which a mail is sealed. The object's id stands for the mailbox. */
  #placeOf(key: string): string {
    return `${this.ctx.id.toString()}/${key}`
  }
}
