import type { Attachment } from '../../emails/message.ts'
import { toBase64 } from '../../kit/bytes.ts'
import type { Batch } from '../transport.ts'

/**
 * Maximum bytes of a mail's attachments together. In base64, a third longer, they fit the strictest providers: Brevo 4 MB an
 * attachment (help.brevo.com/hc/en-us/articles/4402811730962), Cloudflare 5 MiB a mail
 * (developers.cloudflare.com/email-service/platform/limits). Postmark takes 10 MB, Mailgun 25, SendGrid 30, Resend and SES 40.
 */
export const MAX_ATTACHMENT_BYTES = 2_500_000

/** Allowed file names: no characters that end a header field, form field or quoted name, and no path. */
const FILENAME = /^[\w()-][\w .()-]{0,90}\.[A-Za-z0-9]{1,8}$/
/** Allowed media types (RFC 6838 §4.2), with charset as the only parameter. */
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,59}(; charset=utf-8)?$/

/**
 * A batch's attachments; empty if there are none.
 * @throws Error for a file name or media type that could break a mail.
 */
export function attachmentsOf({ attachments = [] }: Batch): readonly Attachment[] {
  for (const { filename, contentType } of attachments) {
    if (!FILENAME.test(filename))
      throw new Error(
        `the attachment ${JSON.stringify(filename)} cannot be sent: expected an ASCII name without a path, such as letters.pdf`,
      )
    if (!CONTENT_TYPE.test(contentType))
      throw new Error(
        `the attachment ${filename} cannot be sent: ${JSON.stringify(contentType)} is not a media type such as application/pdf`,
      )
  }
  return attachments
}

/** Media type without parameters: SendGrid refuses them (“cannot contain ';'”), and SES and Cloudflare document none. */
export const mediaType = ({ contentType }: Attachment): string => contentType.replace(/;.*/, '')

/** Attachments in a provider's JSON format, with base64 content; undefined if there are none. */
export const mapAttachments = <T>(
  attachments: readonly Attachment[],
  format: (attachment: Attachment, content: string) => T,
): T[] | undefined =>
  attachments.length === 0 ? undefined : attachments.map((one) => format(one, toBase64(one.content)))
