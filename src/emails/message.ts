import * as z from 'zod'

/** Names of the e-mails Tocsin sends. `my-data` carries the links requested at /my-data. */
export const EMAILS = [
  'confirm',
  'welcome',
  'appeal',
  'update',
  'correction',
  'goodbye',
  'my-data',
  'letter',
  'receipt',
  'returned',
  'news',
  'voice',
  'moderate',
  'notice',
] as const
export type Email = (typeof EMAILS)[number]

/** E-mails that confirm what somebody typed into a form, with this address. A stranger can ask for them. */
export const CONFIRMATIONS = ['confirm', 'letter', 'voice'] as const

/** E-mails of a campaign that go to many supporters. All other e-mails answer one person's own request. */
export const BULK_EMAILS = ['appeal', 'update', 'correction'] as const
export type BulkEmail = (typeof BULK_EMAILS)[number]

/** Values of a template's slots for one recipient, as plain text. The template escapes each value for its place. */
export type Values = Readonly<Record<string, string>>

export const mailbox = z.object({ name: z.string().exactOptional(), address: z.string() })
export type Mailbox = z.infer<typeof mailbox>

/** One recipient of a template, as `merge` and transports that merge on the provider's side need it. */
export type Recipient = {
  to: Mailbox
  values: Values
  /** Headers of this recipient only, such as List-Unsubscribe. Values are single-line ASCII. */
  headers: Readonly<Record<string, string>>
  /** Message-ID without angle brackets; the same in every try of a dispatch and person. */
  messageId: string
}

/** A file attached to a mail. HTML must also declare its charset in the document: some providers drop the charset parameter. */
export type Attachment = {
  /**
   * ASCII name with an extension and without a path, such as `letters.html`. Some providers derive the media type from the
   * extension.
   */
  filename: string
  /** Media type such as `application/pdf` or `text/html; charset=utf-8`. */
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
  /**
   * Becomes the `Date` header where Tocsin writes it (epoch ms): the first attempt of its call
   * (`delivery/mail-stream.ts`), or the time at which a transactional mail was queued (`deliver-mail.ts`).
   */
  date: number
  attachments?: readonly Attachment[]
}
