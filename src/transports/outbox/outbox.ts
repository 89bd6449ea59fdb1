import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Attachment } from '../../emails/message.ts'
import { Database } from '../../storage/database.ts'
import { capturedMail } from './captured-mail.ts'
import {
  MailStore,
  type OutboxEntry,
  type OutboxMail,
  type OutboxSearch,
  type OutboxShare,
  STEPS,
} from './mail-store.ts'

/** Durable Object that stores captured mail. Development only: the only place that stores addresses unencrypted. */
export class Outbox extends DurableObject {
  readonly #store: MailStore

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#store = new MailStore(new Database(ctx, STEPS))
  }

  /**
   * Stores a call's mails, all or none; a repeated key changes nothing. The body is a stream, because a call may exceed RPC's
   * 32 MiB.
   */
  async keep(transport: string, key: string, body: ReadableStream<Uint8Array>): Promise<void> {
    this.#store.add(transport, key, z.array(capturedMail).parse(await new Response(body).json()), Date.now())
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
