import type { Attachment } from '../../emails/message.ts'
import { toBase64 } from '../../kit/bytes.ts'
import type { Batch } from '../transport.ts'

/**
 * Bytes of a mail's attachments together, for whoever makes such mails to keep to. In base64, a third longer, they stay below what the
 * strictest take: Brevo 4 MB an attachment (help.brevo.com/hc/en-us/articles/4402811730962), Cloudflare 5 MiB a mail
 * (developers.cloudflare.com/email-service/platform/limits). Postmark takes 10 MB, Mailgun 25, SendGrid 30, Resend and SES 40.
 */
export const MAX_ATTACHMENT_BYTES = 2_500_000

/** Nothing that ends a header field, a form field or a quoted name, or leads out of a folder. */
const FILENAME = /^[\w()-][\w .()-]{0,90}\.[A-Za-z0-9]{1,8}$/
/** RFC 6838 §4.2; with the one parameter that says how text is to be read. */
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,59}(; charset=utf-8)?$/

/** A batch's attachments, none as an empty list. @throws Error when one has a name or a type that could break a mail. */
export function attachmentsOf({ attachments = [] }: Batch): readonly Attachment[] {
  for (const { filename, contentType } of attachments) {
    if (!FILENAME.test(filename))
      throw new Error(
        `the attachment ${JSON.stringify(filename)} cannot be sent: its name must be ASCII without a path and have an extension, such as letters.pdf`,
      )
    if (!CONTENT_TYPE.test(contentType))
      throw new Error(
        `the attachment ${filename} cannot be sent: ${JSON.stringify(contentType)} is not a type such as application/pdf or text/html; charset=utf-8`,
      )
  }
  return attachments
}

/** The type alone: SendGrid refuses a parameter (“cannot contain ';'”), and SES and Cloudflare show none. */
export const mediaType = ({ contentType }: Attachment): string => contentType.replace(/;.*/, '')

/** A list for a provider's JSON, each attachment in its words with the content in base64; undefined where there is none. */
export const mapAttachments = <T>(
  attachments: readonly Attachment[],
  format: (attachment: Attachment, content: string) => T,
): T[] | undefined =>
  attachments.length === 0 ? undefined : attachments.map((one) => format(one, toBase64(one.content)))
