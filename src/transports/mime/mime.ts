import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from '../../emails/message.ts'
import { concatenate, fromUtf8, sha256Hex, toBase64, utf8 } from '../../kit/bytes.ts'
import { encodedWords } from './encoded-word.ts'
import { looksEncoded, oneLine } from './mailbox.ts'
import { encoded, encodingOf } from './transfer-encoding.ts'

/**
 * A message as RFC 5322 bytes: multipart/alternative, text first; with attachments inside multipart/mixed. Equal messages give
 * equal bytes, because boundaries derive from the Message-ID. nodemailer's mail-composer encodes and folds the header fields.
 * Text and HTML are encoded here, because its streams are slow.
 */
export async function toMime(message: Message): Promise<Uint8Array<ArrayBuffer>> {
  const baseBoundary = (await sha256Hex(message.messageId)).slice(0, 24)
  const { text, html, attachments = [] } = message
  if (text === '' || html === '') return buildMime(compose(message, baseBoundary)) // a single part; Tocsin's mails always have both
  if (attachments.length > 0) {
    const parts = { text: raw(part('text/plain', text)), html: raw(part('text/html', html)) }
    return buildMime(compose(message, baseBoundary, parts))
  }
  const head = compiled(compose(message, baseBoundary, { text: STAND_IN, html: STAND_IN })).buildHeaders()
  const [, boundary] = /boundary="([^"]+)"$/.exec(head) ?? []
  if (boundary === undefined) throw new Error('expected the header of a mail to end with its boundary')
  return concatenate([
    utf8(`${head}\r\n\r\n--${boundary}\r\n`),
    ...part('text/plain', text),
    utf8(`\r\n--${boundary}\r\n`),
    ...part('text/html', html),
    utf8(`\r\n--${boundary}--\r\n`),
  ])
}

/** Placeholder for the parts when only the header is built. */
const STAND_IN = '-'

function part(type: string, content: string): Uint8Array[] {
  const encoding = encodingOf(content)
  const head = `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
  return [utf8(head), encoded(content, encoding)]
}

const raw = (pieces: readonly Uint8Array[]) => ({ raw: fromUtf8(concatenate(pieces)) })

/** A whole mail built by nodemailer: for rare forms, and for tests of the faster path. */
export async function buildMime(composer: MailComposer): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await compiled(composer).build())
}

/**
 * The mail as nodemailer's tree of parts, with one change: a name that looks like an encoded word is encoded. nodemailer would quote
 * it, and readers would decode it. nodemailer has no option for this, so its function for names is replaced (tests/transports/mime).
 */
function compiled(composer: MailComposer) {
  const root = composer.compile()
  const encode: unknown = Reflect.get(root, '_encodeAddressName')
  if (typeof encode !== 'function') throw new Error('expected nodemailer to have a function for names')
  return Object.assign(root, {
    _encodeAddressName: (name: string): string =>
      looksEncoded(name) ? encodedWords(name) : String(encode.call(root, name)),
  })
}

/** Content of the parts; `raw` is a part with its own header, copied unchanged. */
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

/**
 * Marks a header as prepared, so that nodemailer does not make encoded words: a List-Id would be invalid as one (RFC 2047 §5).
 */
const asItIs = (value: string) => ({ prepared: true, foldLines: true, value: oneLine(value) })
