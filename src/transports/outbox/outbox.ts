import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Attachment } from '../../emails/message.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { wakeBy } from '../../storage/alarms.ts'
import { Database } from '../../storage/database.ts'
import { capturedMail } from './captured-mail.ts'
import {
  MailStore,
  type OutboxEntry,
  type OutboxMail,
  type OutboxSearch,
  type OutboxShare,
  type PracticeMail,
  STEPS,
} from './mail-store.ts'

/** Milliseconds for which the mails of a practice can be read: long enough to look at them together. */
const PRACTICE_MS = DAY_MS

/**
 * Durable Object that stores captured mail. For development, where it is the only place that stores addresses unencrypted; and for
 * the mails of practices, whose readers are invented.
 */
export class Outbox extends DurableObject {
  readonly #db: Database
  readonly #mails: MailStore

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS, 'written')
    this.#mails = new MailStore(this.#db)
  }

  get #store(): MailStore {
    this.#db.createSchema()
    return this.#mails
  }

  /**
   * Stores a call's mails, all or none; a repeated key changes nothing. The body is a stream, because a call may exceed RPC's
   * 32 MiB.
   */
  async keep(transport: string, key: string, body: ReadableStream<Uint8Array>): Promise<void> {
    this.#store.add(transport, key, z.array(capturedMail).parse(await new Response(body).json()), Date.now())
  }

  /** Stores the mails of a practice as `keep` does, and deletes the object's mails a day after the first. */
  async keepForADay(key: string, body: ReadableStream<Uint8Array>): Promise<void> {
    await this.keep('practice', key, body)
    await wakeBy(this.ctx.storage, Date.now() + PRACTICE_MS)
  }

  /** The mails of a practice; none once they are deleted. Stores nothing. */
  practiceMails(): PracticeMail[] {
    return this.#db.hasSchema() ? this.#mails.practiceMails() : []
  }

  /** The bytes of a mail of a practice; null once they are deleted. */
  practiceEml(id: number): Uint8Array<ArrayBuffer> | null {
    return this.#db.hasSchema() ? this.#mails.eml(id) : null
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll()
  }

  /** A page of the list, and what all stored mails are about. */
  list(search: OutboxSearch): { entries: OutboxEntry[]; shares: OutboxShare[] } {
    return { entries: this.#store.list(search), shares: this.#store.shares() }
  }

  /** Mails with an id above `after`, oldest first, for programs that follow the outbox. `to`: part of an address. */
  after(after: number, to?: string): OutboxMail[] {
    return this.#store.after(after, to)
  }

  mail(id: number): OutboxMail | null {
    return this.#store.mail(id)
  }

  /** The bytes of a mail as a mail server would receive them. */
  eml(id: number): Uint8Array<ArrayBuffer> | null {
    return this.#store.eml(id)
  }

  /** A mail's attachment by its number, from 1. */
  attachment(mail: number, n: number): Attachment | null {
    return this.#store.attachment(mail, n)
  }
}
