import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from '../../emails/message.ts'
import { concatenate, fromUtf8, sha256Hex, toBase64, utf8 } from '../../kit/bytes.ts'
import { oneLine } from './mailbox.ts'
import { encoded, encodingOf } from './transfer-encoding.ts'

/**
 * RFC 5322 bytes: multipart/alternative with the text first; with attachments, multipart/mixed of that and them. Equal messages
 * give equal bytes: the boundaries are derived from the Message-ID. Header fields are encoded and folded by nodemailer's
 * mail-composer. The two parts are encoded here, as its streams take milliseconds for each mail.
 */
export async function toMime(message: Message): Promise<Uint8Array<ArrayBuffer>> {
  const baseBoundary = (await sha256Hex(message.messageId)).slice(0, 24)
  const { text, html, attachments = [] } = message
  if (text === '' || html === '') return buildMime(compose(message, baseBoundary)) // one part, which no mail of ours has
  if (attachments.length > 0) {
    const parts = { text: raw(part('text/plain', text)), html: raw(part('text/html', html)) }
    return buildMime(compose(message, baseBoundary, parts))
  }
  const head = compose(message, baseBoundary, { text: STAND_IN, html: STAND_IN }).compile().buildHeaders()
  const [, boundary] = /boundary="([^"]+)"$/.exec(head) ?? []
  if (boundary === undefined) throw new Error('the header of a mail ends with its boundary, and this one does not')
  return concatenate([
    utf8(`${head}\r\n\r\n--${boundary}\r\n`),
    ...part('text/plain', text),
    utf8(`\r\n--${boundary}\r\n`),
    ...part('text/html', html),
    utf8(`\r\n--${boundary}--\r\n`),
  ])
}

/** In place of the parts where only the header is made. */
const STAND_IN = '-'

function part(type: string, content: string): Uint8Array[] {
  const encoding = encodingOf(content)
  const head = `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
  return [utf8(head), encoded(content, encoding)]
}

const raw = (pieces: readonly Uint8Array[]) => ({ raw: fromUtf8(concatenate(pieces)) })

/** The whole of a mail by nodemailer: for the rare, and what our headers are held against. */
export async function buildMime(composer: MailComposer): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await composer.compile().build())
}

/** A part may be given as it is to stand in the mail, with its own header. */
type MimeParts = Record<'text' | 'html', string | { raw: string }>

export const compose = (message: Message, baseBoundary: string, { text, html }: MimeParts = message): MailComposer =>
  new MailComposer({
    from: message.from,
    to: message.to,
    ...(message.cc && { cc: [...message.cc] }),
    ...(message.replyTo && { replyTo: message.replyTo }),
    subject: message.subject,
    text,
    html,
    attachments: (message.attachments ?? []).map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      content: toBase64(content),
      encoding: 'base64',
    })),
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, asItIs(value)])),
    messageId: `<${message.messageId}>`,
    date: new Date(message.date),
    baseBoundary,
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  })

/** Our own headers are ASCII, and structured: as an encoded word (RFC 2047 §5) a List-Id would be none. */
const asItIs = (value: string) => ({ prepared: true, foldLines: true, value: oneLine(value) })
