import type { Message, Recipient } from '../../emails/message.ts'
import { merge } from '../../emails/template/merge.ts'
import { attachmentsOf } from '../mime/attachments.ts'
import { ccOf } from '../mime/cc.ts'
import type { Batch } from '../transport.ts'

/** Merges a batch's template for one recipient, for transports that take whole mails. */
export function mergeMessage(batch: Batch, recipient: Recipient): Message {
  const attachments = attachmentsOf(batch)
  const cc = ccOf(batch)
  const { subject, html, text } = merge(batch.template, recipient.values)
  return {
    from: batch.from,
    ...(batch.replyTo && { replyTo: batch.replyTo }),
    to: recipient.to,
    ...(cc.length > 0 && { cc }),
    subject,
    html,
    text,
    headers: { ...batch.headers, ...recipient.headers },
    messageId: recipient.messageId,
    date: batch.date,
    ...(attachments.length > 0 && { attachments }),
  }
}
