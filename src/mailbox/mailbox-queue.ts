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
import { HOUR_MS } from '../kit/durations.ts'
import { errorMessage } from '../kit/result.ts'
import { senderQuotaOf, suppressionOf } from '../objects.ts'
import { normaliseAddress } from '../security/address.ts'
import { sealed } from '../security/sealed.ts'
import { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { supersedes } from '../suppression/suppression-rules.ts'
import { mayDeliver } from '../transports/reserved-domains.ts'
import { selectTransport } from '../transports/select-transport.ts'
import { ACCOUNT_REASONS, limitsOf, type Outcome, type Transport } from '../transports/transport.ts'

/** One mail to one mailbox. `key` names the act it answers: the same act is answered once. */
const transactionalMail = z.object({
  key: z.string(),
  email: z.enum(EMAILS),
  locale: z.string(),
  to: z.object({ name: z.string().optional(), address: z.string() }),
  values: z.record(z.string(), z.string()),
  campaign: z.string().optional(),
  updateId: z.string().optional(),
  /** A test of a bulk mail: by the bulk transport, marked in the subject, with the links such a mail has. */
  test: z.object({ unsubscribe: z.string() }).optional(),
  unsubscribe: z.string().optional(), // the URL that ends mails of this kind
})
export type TransactionalMail = z.infer<typeof transactionalMail>
const sealedMail = sealed('letter', transactionalMail)

/** Milliseconds a letter is tried for: after a day nobody waits for a confirmation any more. */
const TRY_FOR_MS = 24 * HOUR_MS
/** Tries after which, at the least, one that failed on our side is repeated: its cause does not go within a second. */
const FAILED_TRIES = 3
/** Tries under one idempotency key while nobody answers; then the key itself may be what stands in the way. */
const SAME_KEY_TRIES = 5
/** Letters waiting in one mailbox's box: nobody has more acts under way; somebody flooding it does. */
const MAX_WAITING = 20

/** The account's turn is longer in coming than is worth waiting for. */
type Postponed = { kind: 'not-yet'; waitMs: number }

const STEPS: readonly MigrationStep[] = [
  {
    name: 'mails and recent acts',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE mail (
          key TEXT PRIMARY KEY, sealed TEXT NOT NULL, queued_at INTEGER NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
          generation INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE recent_act (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID`),
  },
]

const queuedMail = z.object({
  key: z.string(),
  sealed: z.string(),
  queuedAt: z.number(),
  tries: z.int(),
  generation: z.int(),
})
type QueuedMail = z.infer<typeof queuedMail>
const nextRow = z.object({ next: z.number().nullable() })

/**
 * One per mailbox: sends what answers a person's own act, durably, and keeps nothing once it has left. A letter whose fate is unknown
 * is sent again, since a second confirmation harms nobody.
 */
export class MailboxQueue extends DurableObject<Env> {
  readonly #db: Database

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
  }

  /** Takes a letter unless its act was answered already, or, with `hourly`, this mailbox had one of the kind within the hour. */
  async enqueue(mail: TransactionalMail, once?: 'hourly'): Promise<'queued' | 'already'> {
    const settings = await requireSettings(this.env)
    const sealed = await sealedMail.text(settings.keys, this.#placeOf(mail.key), mail)
    const now = Date.now()
    this.#db.createSchema() // an object that has deleted everything may still be in memory
    const isNew = this.#db.transaction(() => {
      const name = once === 'hourly' ? mail.email : `key/${mail.key}`
      if (this.#db.has('SELECT 1 FROM recent_act WHERE name = ? AND until > ?', name, now)) return false
      if (this.#db.count('SELECT COUNT(*) FROM mail') >= MAX_WAITING) return false
      this.#db.run('INSERT OR REPLACE INTO recent_act (name, until) VALUES (?, ?)', name, now + HOUR_MS)
      this.#db.run(
        'INSERT OR REPLACE INTO mail (key, sealed, queued_at, due_at, tries, generation) VALUES (?, ?, ?, ?, 0, 0)',
        mail.key,
        sealed,
        now,
        now,
      )
      return true
    })
    if (isNew) await this.ctx.storage.setAlarm(now)
    return isNew ? 'queued' : 'already'
  }

  override async alarm(): Promise<void> {
    for (const row of this.#due(Date.now())) {
      try {
        await this.#send(row)
      } catch (error) {
        console.error('mailbox', this.ctx.id.toString(), errorMessage(error))
        this.#reschedule(row, backoffMs(Math.max(row.tries, FAILED_TRIES), Math.random()), row.generation)
      }
    }
    this.#db.run('DELETE FROM recent_act WHERE until <= ?', Date.now())
    const next = this.#nextAt()
    if (next === null) await this.ctx.storage.deleteAll()
    else await this.ctx.storage.setAlarm(next)
  }

  async #send(row: QueuedMail): Promise<void> {
    const settings = await requireSettings(this.env)
    const mail = await sealedMail.open(settings.keys, this.#placeOf(row.key), row.sealed)
    if (mail !== null && (await this.#isSuperseded(settings, mail, row.queuedAt))) {
      this.#drop(row)
      return
    }
    const outcome: Outcome | Postponed = mail
      ? await this.#deliver(settings, row, mail)
      : { kind: 'refused', permanent: true, reason: 'invalid-content', detail: 'the letter does not open' }
    if (outcome.kind === 'not-yet') {
      this.#reschedule(row, outcome.waitMs, row.generation, 0) // no try has failed
      return
    }
    const again =
      outcome.kind === 'unknown' ||
      (outcome.kind === 'refused' && (!outcome.permanent || ACCOUNT_REASONS.has(outcome.reason)))
    if (outcome.kind !== 'accepted')
      console.warn('mailbox', this.ctx.id.toString(), outcome.reason, again ? 'will be tried again' : 'given up')
    if (!again) {
      this.#drop(row)
      return
    }
    const seconds = outcome.kind === 'refused' ? outcome.retryAfterSeconds : 0
    const generation = row.generation + (outcome.kind === 'refused' || row.tries >= SAME_KEY_TRIES ? 1 : 0)
    this.#reschedule(row, backoffMs(row.tries, Math.random(), seconds), generation)
  }

  /** Asked here, before every try, and not where letters are posted: what answers a request then takes the same time for everybody. */
  async #isSuperseded(settings: Settings, { email, to }: TransactionalMail, queuedAt: number): Promise<boolean> {
    const address = normaliseAddress(to.address)
    if (!address.ok) return false
    const { reason, since } = await suppressionOf(this.env).status(await settings.fingerprint(address.value))
    return reason !== undefined && since !== undefined && supersedes({ reason, since }, email, queuedAt)
  }

  #reschedule(row: QueuedMail, waitMs: number, generation: number, tries = 1): void {
    const now = Date.now()
    if (now < row.queuedAt + TRY_FOR_MS) {
      this.#db.run(
        'UPDATE mail SET tries = tries + ?, generation = ?, due_at = ? WHERE key = ?',
        tries,
        generation,
        now + waitMs,
        row.key,
      )
    } else this.#drop(row)
  }

  #drop(row: QueuedMail): void {
    this.#db.run('DELETE FROM mail WHERE key = ?', row.key)
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
    return outcome ?? { kind: 'unknown', reason: 'answered for nobody' }
  }

  /** A test shows what a dispatch would send now; other mail only mentions it, for which KV, a minute behind, is good enough. */
  async #campaign(slug: string | undefined, test: boolean): Promise<Campaign | null> {
    if (slug === undefined) return null
    return test ? currentCampaign(this.env, slug) : findMentionable(this.env.CONTENT, slug, Date.now())
  }

  /** Waits for the account's turn, before any appeal's. Milliseconds that are left when it is long in coming. */
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

  /** Sealed for this box and this letter. The object's own id stands for the mailbox. */
  #placeOf(key: string): string {
    return `${this.ctx.id.toString()}/${key}`
  }

  #due(now: number): QueuedMail[] {
    const query = `SELECT key, sealed, queued_at AS queuedAt, tries, generation FROM mail
      WHERE due_at <= ? ORDER BY due_at`
    return this.#db.rows(queuedMail, query, now)
  }

  #nextAt(): number | null {
    return this.#db.one(
      nextRow,
      'SELECT MIN(at) AS next FROM (SELECT due_at AS at FROM mail UNION ALL SELECT until FROM recent_act)',
    ).next
  }
}
