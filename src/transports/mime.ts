import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from '../emails/message.ts'
import { sha256Hex } from '../kit/bytes.ts'
import { oneLine } from './mailbox.ts'

/**
 * RFC 5322 bytes: multipart/alternative with the text first, lines folded and encoded by mail-composer. Equal messages give equal
 * bytes: the boundary is derived from the Message-ID.
 */
export async function toMime(message: Message): Promise<Uint8Array<ArrayBuffer>> {
  const composer = new MailComposer({
    from: message.from,
    to: message.to,
    ...(message.replyTo && { replyTo: message.replyTo }),
    subject: message.subject,
    text: message.text,
    html: message.html,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, asItIs(value)])),
    messageId: `<${message.messageId}>`,
    date: new Date(message.date),
    baseBoundary: (await sha256Hex(message.messageId)).slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  })
  return new Uint8Array(await composer.compile().build())
}

/** Our own headers are ASCII, and structured: as an encoded word (RFC 2047 §5) a List-Id would be none. */
const asItIs = (value: string) => ({ prepared: true, foldLines: true, value: oneLine(value) })
