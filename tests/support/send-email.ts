import { fromBase64 } from '../../src/kit/bytes.ts'

/** A mail as passed to `EMAIL.send`. */
export type Given = {
  from: string | { name: string; email: string }
  to: string | { name: string; email: string }
  cc?: Array<string | { name: string; email: string }>
  replyTo?: string | { name: string; email: string }
  subject: string
  text?: string
  html?: string
  headers?: Record<string, string>
  attachments?: Array<{ filename: string; type: string; disposition: string; content: string }>
}

export type SendEmailDouble = {
  binding: SendEmail
  mails: Given[]
  /** The fault of the nth call, counted from 1: an error code, a delay after the mail was taken, another answer, or null for none. */
  fault: (
    call: number,
  ) => { code: string; message?: string } | { afterMilliseconds: number } | { answer: unknown } | null
}

const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/
/** Headers that Cloudflare allows (https://developers.cloudflare.com/email-service/reference/headers/). */
const ALLOWED = new Set([
  ...['in-reply-to', 'references', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'list-archive', 'list-help'],
  ...['list-owner', 'list-post', 'list-subscribe', 'precedence', 'auto-submitted', 'content-language', 'keywords'],
  ...['comments', 'importance', 'priority', 'sensitivity', 'organization', 'expires', 'reply-by', 'archived-at'],
])
const FIELDS = new Set(['from', 'to', 'cc', 'bcc', 'subject', 'reply-to'])
const MAX_HEADER_BYTES = 2_048
const MAX_HEADERS_BYTES = 16_384
const MAX_HEADERS = 20
const MAX_MESSAGE_BYTES = 5 * 1_024 * 1_024
const MAX_SUBJECT = 998

const bytes = (text: string) => new TextEncoder().encode(text).length
const fail = (code: string, message = code) => Object.assign(new Error(message), { code })

/**
 * A double of the `send_email` binding with the rules and error codes that Cloudflare documents, in front of `inner` if given.
 * The local runtime's own binding checks almost nothing and does not show the mails it got.
 */
export function sendEmailDouble(inner?: SendEmail): SendEmailDouble {
  const double: Omit<SendEmailDouble, 'binding'> = { mails: [], fault: () => null }
  let calls = 0
  const send = async (mail: EmailMessage | EmailMessageBuilder): Promise<EmailSendResult> => {
    const builder = mail as Given
    const fault = double.fault(++calls)
    if (fault !== null && 'code' in fault) throw fail(fault.code, fault.message)
    validate(builder)
    const result = await inner?.send(builder as Parameters<SendEmail['send']>[0])
    double.mails.push(structuredClone(builder))
    if (fault !== null && 'afterMilliseconds' in fault)
      await new Promise((resolve) => setTimeout(resolve, fault.afterMilliseconds))
    if (fault !== null && 'answer' in fault) return fault.answer as EmailSendResult
    return result ?? { messageId: `<${calls}@email.example.org>` }
  }
  return Object.assign(double, { binding: { send } })
}

function validate({ from, to, cc = [], replyTo, subject, text, html, headers = {}, attachments = [] }: Given): void {
  if (!from || !to || !subject) throw fail('E_FIELD_MISSING')
  for (const mailbox of [from, to, ...cc, ...(replyTo === undefined ? [] : [replyTo])])
    if (!ADDRESS.test(typeof mailbox === 'string' ? mailbox : mailbox.email))
      throw fail('E_VALIDATION_ERROR', 'invalid email')
  if (/[\r\n]/.test(subject) || subject.length > MAX_SUBJECT) throw fail('E_VALIDATION_ERROR', 'invalid subject')
  const attached = attachments.reduce((sum, { content }) => sum + bytes(content), 0)
  if (bytes(`${text}${html}`) + attached > MAX_MESSAGE_BYTES) throw fail('E_CONTENT_TOO_LARGE')
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  for (const [name, value] of entries) {
    if (!/^[a-z0-9-]{1,100}$/.test(name)) throw fail('E_HEADER_NAME_INVALID')
    if (FIELDS.has(name)) throw fail('E_HEADER_USE_API_FIELD')
    if (!ALLOWED.has(name) && !name.startsWith('x-'))
      throw fail('E_HEADER_NOT_ALLOWED', `Header '${name}' is not allowed.`)
    if (value === '' || /[\r\n]/.test(value)) throw fail('E_HEADER_VALUE_INVALID')
    if (bytes(value) > MAX_HEADER_BYTES) throw fail('E_HEADER_VALUE_TOO_LONG')
  }
  const given = Object.fromEntries(entries)
  if (given['list-unsubscribe'] !== undefined && !/<(https|mailto):[^>]+>/.test(given['list-unsubscribe']))
    throw fail('E_HEADER_VALUE_INVALID')
  if ((given['list-unsubscribe-post'] ?? 'List-Unsubscribe=One-Click') !== 'List-Unsubscribe=One-Click')
    throw fail('E_HEADER_VALUE_INVALID')
  if (!/^(bulk|list|junk)$/.test(given.precedence ?? 'bulk')) throw fail('E_HEADER_VALUE_INVALID')
  if (entries.filter(([name]) => !name.startsWith('x-')).length > MAX_HEADERS) throw fail('E_HEADERS_TOO_MANY')
  if (entries.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value) + 4, 0) > MAX_HEADERS_BYTES)
    throw fail('E_HEADERS_TOO_LARGE')
}

/** The mails of the double, in the shape that the transport contract compares. */
export const arrivedBy = ({ mails }: SendEmailDouble) =>
  mails.map(({ to, cc = [], subject, text = '', html = '', headers = {}, attachments = [] }) => ({
    to: typeof to === 'string' ? to : to.email,
    cc: cc.map((one) => (typeof one === 'string' ? one : one.email)),
    subject,
    text,
    html,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    attachments: attachments.map(({ filename, type, content }) => ({
      filename,
      contentType: type,
      content: fromBase64(content) ?? new Uint8Array(),
    })),
  }))
