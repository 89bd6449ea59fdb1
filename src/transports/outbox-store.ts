import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Attachment } from '../emails/message.ts'
import { fromBase64 } from '../kit/bytes.ts'
import { captured } from './captured.ts'

/** A captured mail as the viewer shows it. */
export type OutboxMail = {
  id: number
  at: number
  transport: string
  from: string
  to: string
  cc: string[] // addresses
  subject: string
  headers: Record<string, string>
  text: string
  html: string
  /** `size` in bytes. */
  attachments: Array<{ filename: string; contentType: string; size: number }>
}

const attached = z.array(z.object({ filename: z.string(), contentType: z.string(), size: z.number() }))
/** What a mail's row says of its attachments, as JSON. */
const ATTACHMENTS = `
  SELECT json_group_array(json_object('filename', filename, 'contentType', content_type, 'size', length(content)) ORDER BY n)
  FROM attachment WHERE attachment.mail = mail.id`

/** Whether the second parameter is part of an address that a mail went to, in To or in Cc. */
const IS_TO = '(instr(recipient, ?2) > 0 OR EXISTS (SELECT 1 FROM json_each(mail.cc) WHERE instr(value, ?2) > 0))'

/** Mails per page of the list. */
export const OUTBOX_PAGE = 100

/** Where the outbox transport keeps mail, durably. Development only: the one place where addresses stand in clear. */
export class Outbox extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env)
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS mail (
      id INTEGER PRIMARY KEY, at INTEGER NOT NULL, transport TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, cc TEXT NOT NULL,
      subject TEXT NOT NULL, headers TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, eml BLOB NOT NULL)`)
    ctx.storage.sql.exec('CREATE INDEX IF NOT EXISTS by_recipient ON mail (recipient, id)')
    ctx.storage.sql.exec(`CREATE TABLE IF NOT EXISTS attachment (
      mail INTEGER NOT NULL, n INTEGER NOT NULL, filename TEXT NOT NULL, content_type TEXT NOT NULL, content BLOB NOT NULL,
      PRIMARY KEY (mail, n))`)
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS taken (key TEXT PRIMARY KEY) WITHOUT ROWID')
  }

  /** Takes a call's mails, all or none; a key that was taken before changes nothing. A stream, since a call may exceed RPC's 32 MiB. */
  async keep(transport: string, key: string, body: ReadableStream<Uint8Array>): Promise<void> {
    const mails = z.array(captured).parse(await new Response(body).json())
    this.ctx.storage.transactionSync(() => {
      if (this.ctx.storage.sql.exec('SELECT 1 FROM taken WHERE key = ?', key).toArray().length > 0) return
      this.ctx.storage.sql.exec('INSERT INTO taken VALUES (?)', key)
      for (const mail of mails) {
        const { id } = this.ctx.storage.sql
          .exec<{ id: number }>(
            `INSERT INTO mail (at, transport, sender, recipient, cc, subject, headers, text, html, eml)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
            Date.now(),
            transport,
            mail.from,
            mail.to,
            JSON.stringify(mail.cc ?? []),
            mail.subject,
            JSON.stringify(mail.headers),
            mail.text,
            mail.html,
            fromBase64(mail.eml),
          )
          .one()
        for (const [index, { filename, contentType, content }] of (mail.attachments ?? []).entries()) {
          const values = [id, index + 1, filename, contentType, fromBase64(content)]
          this.ctx.storage.sql.exec('INSERT INTO attachment VALUES (?, ?, ?, ?, ?)', ...values)
        }
      }
    })
  }

  /** Newest first; `before` is the id to go on from. */
  list(search: { to?: string; before?: number }): OutboxMail[] {
    return this.#read(
      `WHERE id < ?1 AND ${IS_TO} ORDER BY id DESC LIMIT ?3`,
      search.before ?? Number.MAX_SAFE_INTEGER,
      (search.to ?? '').toLowerCase(),
      OUTBOX_PAGE,
    )
  }

  /** Oldest first, for programs that follow: everything with an id above `after`. */
  after(after: number, to?: string): OutboxMail[] {
    return this.#read(`WHERE id > ?1 AND ${IS_TO} ORDER BY id LIMIT ?3`, after, (to ?? '').toLowerCase(), OUTBOX_PAGE)
  }

  mail(id: number): OutboxMail | null {
    return this.#read('WHERE id = ?', id)[0] ?? null
  }

  /** The bytes a mail server would have got. */
  eml(id: number): Uint8Array<ArrayBuffer> | null {
    const [row] = this.ctx.storage.sql.exec<{ eml: ArrayBuffer }>('SELECT eml FROM mail WHERE id = ?', id).toArray()
    return row ? new Uint8Array(row.eml) : null
  }

  /** A mail's attachment by its number, from 1. */
  attachment(mail: number, n: number): Attachment | null {
    const [row] = this.ctx.storage.sql
      .exec<{ filename: string; contentType: string; content: ArrayBuffer }>(
        'SELECT filename, content_type AS contentType, content FROM attachment WHERE mail = ? AND n = ?',
        mail,
        n,
      )
      .toArray()
    return row ? { ...row, content: new Uint8Array(row.content) } : null
  }

  total(): number {
    return this.ctx.storage.sql.exec<{ mails: number }>('SELECT COUNT(*) AS mails FROM mail').one().mails
  }

  #read(where: string, ...values: Array<string | number>): OutboxMail[] {
    return this.ctx.storage.sql
      .exec<Omit<OutboxMail, 'cc' | 'headers' | 'attachments'> & Record<'cc' | 'headers' | 'attachments', string>>(
        `SELECT id, at, transport, sender AS "from", recipient AS "to", cc, subject, headers, text, html, (${ATTACHMENTS}) AS attachments
         FROM mail ${where}`,
        ...values,
      )
      .toArray()
      .map((row) => ({
        ...row,
        cc: z.array(z.string()).parse(JSON.parse(row.cc)),
        headers: z.record(z.string(), z.string()).parse(JSON.parse(row.headers)),
        attachments: attached.parse(JSON.parse(row.attachments)),
      }))
  }
}
