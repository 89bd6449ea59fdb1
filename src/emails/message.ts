import * as z from 'zod'

/** The e-mails Tocsin sends. `my-data` carries the fresh link asked for at /my-data. */
export const EMAILS = [
  'confirm',
  'welcome',
  'appeal',
  'update',
  'goodbye',
  'my-data',
  'letter',
  'receipt',
  'news',
  'voice',
  'moderate',
] as const
export type Email = (typeof EMAILS)[number]

/** E-mails that belong to a campaign and go to many; the others answer one person's own act. */
export const BULK_EMAILS = ['appeal', 'update'] as const
export type BulkEmail = (typeof BULK_EMAILS)[number]

/** Everything about a mail that differs between its recipients. Values are plain text; the template escapes them for their place. */
export type Values = Readonly<Record<string, string>>

export const mailbox = z.object({ name: z.string().exactOptional(), address: z.string() })
export type Mailbox = z.infer<typeof mailbox>

/** One recipient of a template: what a transport that merges itself needs, and what `merge` needs. */
export type Recipient = {
  to: Mailbox
  values: Values
  /** Headers of this recipient only, such as List-Unsubscribe; single-line ASCII values. */
  headers: Readonly<Record<string, string>>
  /** Message-ID without angle brackets: stable for this dispatch and person (I7). */
  messageId: string
}

/**
 * A file that goes with a mail. HTML and other text say their own charset inside, too: some providers pass the type on without it.
 */
export type Attachment = {
  /** ASCII with an extension and no path, such as `letters.html`: some providers know the type by it. */
  filename: string
  /** Such as `application/pdf`, or `text/html; charset=utf-8`. */
  contentType: string
  content: Uint8Array
}

/** A finished mail. `headers` never contains From, To, Cc, Reply-To, Subject, Date or Message-ID. */
export type Message = {
  from: Mailbox
  replyTo?: Mailbox
  to: Mailbox
  cc?: readonly Mailbox[]
  subject: string
  html: string
  text: string
  headers: Readonly<Record<string, string>>
  messageId: string
  date: number
  attachments?: readonly Attachment[]
}
