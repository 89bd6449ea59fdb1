import * as z from 'zod'
import type { Attachment } from '../../emails/message.ts'
import { fromBase64 } from '../../kit/bytes.ts'
import { jsonText } from '../../kit/parse-json.ts'
import { blob, type Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import type { CapturedMail } from './captured-mail.ts'

export const STEPS: readonly MigrationStep[] = [
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
  {
    // A table of its own, because a search reads all of it: rows of `mail` hold whole mails. What an earlier mail is about stands in
    // its headers, as far as it is known.
    name: 'what each mail is about',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE mail_summary (
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, recipient TEXT NOT NULL, cc TEXT NOT NULL, subject TEXT NOT NULL,
          kind TEXT NOT NULL, campaign TEXT NOT NULL, locale TEXT NOT NULL, dispatch TEXT NOT NULL);
        INSERT INTO mail_summary (id, at, recipient, cc, subject, kind, campaign, locale, dispatch)
        SELECT id, at, recipient, cc, subject,
          substr(about, instr(about, ':') + 1, instr(substr(about, instr(about, ':') + 1) || ':', ':') - 1),
          substr(about, 1, max(instr(about, ':') - 1, 0)), locale, ''
        FROM (
          SELECT id, at, recipient, cc, subject, coalesce(json_extract(headers, '$."Feedback-ID"'), '') AS about,
            coalesce(json_extract(headers, '$."Content-Language"'), '') AS locale
          FROM mail)`),
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

const about = { kind: z.string(), campaign: z.string(), locale: z.string() } // each may be ''

/** A line of the list: a mail, or all mails of a dispatch in one language; then the fields are those of its latest mail. */
const outboxEntry = z.object({
  id: z.int(),
  at: z.number(),
  to: z.string(),
  subject: z.string(),
  ...about,
  dispatch: z.string(), // its id; '' for other mails
  mails: z.int(),
})
export type OutboxEntry = z.infer<typeof outboxEntry>

/** A mail of a practice. */
const practiceMail = z.object({
  id: z.int(),
  at: z.number(),
  to: z.string(),
  subject: z.string(),
  locale: z.string(),
  text: z.string(),
  html: z.string(),
})
export type PracticeMail = z.infer<typeof practiceMail>

/** How many mails are about the same. */
const outboxShare = z.object({ ...about, mails: z.int() })
export type OutboxShare = z.infer<typeof outboxShare>

/** Fields of the list's form. `to`: part of an address; `before`: the id of the last entry of the previous page. */
export type OutboxSearch = {
  to?: string
  kind?: string
  campaign?: string
  locale?: string
  dispatch?: string
  before?: number
}

const idRow = z.object({ id: z.int() })
const emlRow = z.object({ eml: blob })
const attachmentRow = z.object({ filename: z.string(), contentType: z.string(), content: blob })

/** SQL for the JSON list of a mail's attachments. */
const ATTACHMENTS = `
  SELECT json_group_array(json_object('filename', filename, 'contentType', content_type, 'size', length(content)) ORDER BY n)
  FROM attachment WHERE attachment.mail = mail.id`

/** SQL condition on `mail_summary`: the first parameter is part of an address in To or Cc. */
const IS_TO = '(instr(recipient, ?1) > 0 OR EXISTS (SELECT 1 FROM json_each(cc) WHERE instr(value, ?1) > 0))'

/** Entries per page of the list. */
export const OUTBOX_PAGE = 100

/** The tables of captured mail. */
export class MailStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Stores a call's mails, all or none; a repeated key changes nothing. `at`: epoch ms. */
  add(transport: string, key: string, mails: readonly CapturedMail[], at: number): void {
    this.#db.transaction(() => {
      if (this.#db.has('SELECT 1 FROM idempotency_key WHERE key = ?', key)) return
      this.#db.run('INSERT INTO idempotency_key (key) VALUES (?)', key)
      for (const mail of mails) this.#addOne(transport, mail, at)
    })
  }

  #addOne(transport: string, mail: CapturedMail, at: number): void {
    const { from, to, subject, headers, text, html, kind = '', campaign = '', locale = '', dispatch = '' } = mail
    const cc = JSON.stringify(mail.cc ?? [])
    const { id } = this.#db.one(
      idRow,
      `INSERT INTO mail (at, transport, sender, recipient, cc, subject, headers, text, html, eml)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      ...[at, transport, from, to, cc, subject, JSON.stringify(headers), text, html],
      fromBase64(mail.eml),
    )
    this.#db.run(
      `INSERT INTO mail_summary (id, at, recipient, cc, subject, kind, campaign, locale, dispatch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, at, to, cc, subject, kind, campaign, locale, dispatch],
    )
    for (const [index, { filename, contentType, content }] of (mail.attachments ?? []).entries()) {
      const values = [id, index + 1, filename, contentType, fromBase64(content)]
      const insert = 'INSERT INTO attachment (mail, n, filename, content_type, content) VALUES (?, ?, ?, ?, ?)'
      this.#db.run(insert, ...values)
    }
  }

  /** A page, newest first. The mails of a dispatch are one entry per language, unless it or a recipient is searched for. */
  list({ to = '', kind = '', campaign = '', locale = '', dispatch = '', before }: OutboxSearch): OutboxEntry[] {
    return this.#db.rows(
      outboxEntry,
      `SELECT max(id) AS id, at, recipient AS "to", subject, kind, campaign, locale, dispatch, count(*) AS mails FROM mail_summary
       WHERE (?1 = '' OR ${IS_TO}) AND (?2 = '' OR kind = ?2) AND (?3 = '' OR campaign = ?3) AND (?4 = '' OR locale = ?4)
         AND (?5 = '' OR dispatch = ?5)
       GROUP BY CASE WHEN dispatch = '' OR ?1 <> '' OR ?5 <> '' THEN id ELSE dispatch || ' ' || kind || ' ' || locale END
       HAVING max(id) < ?6 ORDER BY 1 DESC LIMIT ?7`,
      ...[to.toLowerCase(), kind, campaign, locale, dispatch, before ?? Number.MAX_SAFE_INTEGER, OUTBOX_PAGE],
    )
  }

  /** What the mails are about. */
  shares(): OutboxShare[] {
    return this.#db.rows(
      outboxShare,
      'SELECT kind, campaign, locale, count(*) AS mails FROM mail_summary GROUP BY kind, campaign, locale ORDER BY kind, campaign, locale',
    )
  }

  after(after: number, to = ''): OutboxMail[] {
    return this.#read(
      `WHERE id IN (SELECT id FROM mail_summary WHERE id > ?2 AND (?1 = '' OR ${IS_TO}) ORDER BY id LIMIT ?3) ORDER BY id`,
      ...[to.toLowerCase(), after, OUTBOX_PAGE],
    )
  }

  /** All mails with what they are about, oldest first. For the few mails of a practice. */
  practiceMails(): PracticeMail[] {
    return this.#db.rows(
      practiceMail,
      `SELECT mail.id AS id, mail.at AS at, mail.recipient AS "to", mail.subject AS subject, locale, text, html
       FROM mail JOIN mail_summary ON mail_summary.id = mail.id ORDER BY mail.id`,
    )
  }

  mail(id: number): OutboxMail | null {
    return this.#read('WHERE id = ?', id)[0] ?? null
  }

  eml(id: number): Uint8Array<ArrayBuffer> | null {
    return this.#db.row(emlRow, 'SELECT eml FROM mail WHERE id = ?', id)?.eml ?? null
  }

  attachment(mail: number, n: number): Attachment | null {
    const query = 'SELECT filename, content_type AS contentType, content FROM attachment WHERE mail = ? AND n = ?'
    return this.#db.row(attachmentRow, query, mail, n) ?? null
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
