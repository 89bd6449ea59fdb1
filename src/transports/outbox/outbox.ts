import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { Attachment } from '../../emails/message.ts'
import { fromBase64 } from '../../kit/bytes.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { blob, Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { capturedMail } from './captured-mail.ts'

const STEPS: readonly MigrationStep[] = [
  {
    name: 'mails, attachments and keys of calls',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE mail (
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, transport TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
          cc TEXT NOT NULL, subject TEXT NOT NULL, headers TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, eml BLOB NOT NULL);
        CREATE INDEX by_recipient ON mail (recipient, id);
        CREATE TABLE attachment (
          mail INTEGER NOT NULL, n INTEGER NOT NULL, filename TEXT NOT NULL, content_type TEXT NOT NULL, content BLOB NOT NULL,
          PRIMARY KEY (mail, n));
        CREATE TABLE idempotency_key (key TEXT PRIMARY KEY) WITHOUT ROWID`),
  },
]

/** A captured mail as the viewer shows it, without its bytes. */
const outboxMail = z.object({
  id: z.int(),
  at: z.number(),
  transport: z.string(),
  from: z.string(),
  to: z.string(),
  cc: jsonText(z.array(z.string())), // addresses
  subject: z.string(),
  headers: jsonText(z.record(z.string(), z.string())),
  text: z.string(),
  html: z.string(),
  /** `size` in bytes. */
  attachments: jsonText(z.array(z.object({ filename: z.string(), contentType: z.string(), size: z.number() }))),
})
export type OutboxMail = z.infer<typeof outboxMail>

const idRow = z.object({ id: z.int() })
const emlRow = z.object({ eml: blob })
const attachmentRow = z.object({ filename: z.string(), contentType: z.string(), content: blob })

/** SQL for the JSON list of a mail's attachments. */
const ATTACHMENTS = `
  SELECT json_group_array(json_object('filename', filename, 'contentType', content_type, 'size', length(content)) ORDER BY n)
  FROM attachment WHERE attachment.mail = mail.id`

/** SQL condition: the second parameter is part of an address in To or Cc. */
const IS_TO = '(instr(recipient, ?2) > 0 OR EXISTS (SELECT 1 FROM json_each(mail.cc) WHERE instr(value, ?2) > 0))'

/** Mails per page of the list. */
export const OUTBOX_PAGE = 100

/** Durable Object that stores captured mail. Development only: the only place that stores addresses unencrypted. */
export class Outbox extends DurableObject {
  readonly #db: Database

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
  }

  /**
   * Stores a call's mails, all or none; a repeated key changes nothing. The body is a stream, because a call may exceed RPC's
   * 32 MiB.
   */
  async keep(transport: string, key: string, body: ReadableStream<Uint8Array>): Promise<void> {
    const mails = z.array(capturedMail).parse(await new Response(body).json())
    this.#db.transaction(() => {
      if (this.#db.has('SELECT 1 FROM idempotency_key WHERE key = ?', key)) return
      this.#db.run('INSERT INTO idempotency_key (key) VALUES (?)', key)
      for (const mail of mails) {
        const { id } = this.#db.one(
          idRow,
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
        for (const [index, { filename, contentType, content }] of (mail.attachments ?? []).entries()) {
          const values = [id, index + 1, filename, contentType, fromBase64(content)]
          const insert = 'INSERT INTO attachment (mail, n, filename, content_type, content) VALUES (?, ?, ?, ?, ?)'
          this.#db.run(insert, ...values)
        }
      }
    })
  }

  /**
   * A page of mails, newest first. `before` is the id of the last mail of the previous page; `to` filters by part of an
   * address.
   */
  list(search: { to?: string; before?: number }): OutboxMail[] {
    return this.#read(
      `WHERE id < ?1 AND ${IS_TO} ORDER BY id DESC LIMIT ?3`,
      search.before ?? Number.MAX_SAFE_INTEGER,
      (search.to ?? '').toLowerCase(),
      OUTBOX_PAGE,
    )
  }

  /** Mails with an id above `after`, oldest first, for programs that follow the outbox. */
  after(after: number, to?: string): OutboxMail[] {
    return this.#read(`WHERE id > ?1 AND ${IS_TO} ORDER BY id LIMIT ?3`, after, (to ?? '').toLowerCase(), OUTBOX_PAGE)
  }

  mail(id: number): OutboxMail | null {
    return this.#read('WHERE id = ?', id)[0] ?? null
  }

  /** The bytes of a mail as a mail server would receive them. */
  eml(id: number): Uint8Array<ArrayBuffer> | null {
    return this.#db.row(emlRow, 'SELECT eml FROM mail WHERE id = ?', id)?.eml ?? null
  }

  /** A mail's attachment by its number, from 1. */
  attachment(mail: number, n: number): Attachment | null {
    const query = 'SELECT filename, content_type AS contentType, content FROM attachment WHERE mail = ? AND n = ?'
    return this.#db.row(attachmentRow, query, mail, n) ?? null
  }

  total(): number {
    return this.#db.count('SELECT COUNT(*) FROM mail')
  }

  #read(where: string, ...values: Array<string | number>): OutboxMail[] {
    return this.#db.rows(
      outboxMail,
      `SELECT id, at, transport, sender AS "from", recipient AS "to", cc, subject, headers, text, html, (${ATTACHMENTS}) AS attachments
       FROM mail ${where}`,
      ...values,
    )
  }
}
