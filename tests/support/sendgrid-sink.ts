import type { Fault } from '../../scripts/sinks/faults.ts'
import { type SinkAnswer, type SinkRequest, startHttpSink } from './http-sink.ts'

type Mailbox = { email: string; name?: string }
type Personalization = {
  to: Mailbox[]
  cc?: Mailbox[]
  headers?: Record<string, string>
  substitutions?: Record<string, string>
}
type Body = {
  personalizations: Personalization[]
  from: Mailbox
  reply_to?: Mailbox
  subject: string
  content: Array<{ type: string; value: string }>
  custom_args?: Record<string, string>
  tracking_settings?: Record<string, { enable: boolean }>
  attachments?: Attached[]
}
type Attached = { content: string; type?: string; filename: string; disposition?: string }

/** One mail as SendGrid would send it. */
export type SendGridMail = {
  to: Mailbox
  cc: Mailbox[]
  from: Mailbox
  replyTo?: Mailbox
  subject: string
  html: string
  text: string
  headers: Record<string, string>
  customArgs: Record<string, string>
  tracked: string[]
  attachments: Attached[]
}

export type SendGridSink = {
  url: string
  mails: SendGridMail[]
  account: {
    scopes: string[]
    domains: Array<{ domain: string; valid: boolean }>
    senders: Array<{ from_email: string; verified: boolean }>
    credits: { remain: number; overage: number }
    /** True if the API key may read more than its own scopes. */
    mayAsk: boolean
  }
  fault: (request: SinkRequest) => Fault | null
  close(): Promise<void>
}

export const API_KEY = 'SG.sink'
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/
const MAX_PERSONALIZATIONS = 1_000
const MAX_SUBSTITUTION_BYTES = 10_000
const MAX_CUSTOM_ARGS_BYTES = 10_000
const MAX_CALL_BYTES = 30 * 1024 * 1024
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
/** Headers that SendGrid's reference forbids. */
const BARRED =
  /^(x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i

/** Starts a sink for SendGrid's v3 mail/send API with its documented limits. A repeated call sends twice. */
export async function startSendGridSink(): Promise<SendGridSink> {
  const sink: Omit<SendGridSink, 'url' | 'close'> = {
    mails: [],
    account: {
      scopes: ['mail.send'],
      domains: [{ domain: 'example.org', valid: true }],
      senders: [],
      credits: { remain: 100, overage: 0 },
      mayAsk: true,
    },
    fault: () => null,
  }
  const refuse = (status: number, message: string, field: string | null = null): SinkAnswer => ({
    status,
    body: { errors: [{ message, field, help: null }] },
  })

  function provider({ method, path, headers, body }: SinkRequest): SinkAnswer {
    const { account } = sink
    if (headers.authorization !== `Bearer ${API_KEY}`)
      return refuse(401, 'The provided authorization grant is invalid, expired, or revoked')
    if (method === 'POST' && path === '/v3/mail/send') return send(body)
    if (method !== 'GET') return refuse(404, 'Not found')
    if (path === '/v3/scopes') return { status: 200, body: { scopes: account.scopes } }
    if (!account.mayAsk) return refuse(403, 'access forbidden')
    if (path === '/v3/user/credits') return { status: 200, body: account.credits }
    if (path.startsWith('/v3/whitelabel/domains')) return { status: 200, body: account.domains }
    if (path === '/v3/verified_senders') return { status: 200, body: { results: account.senders } }
    return refuse(404, 'Not found')
  }

  function send(raw: string): SinkAnswer {
    if (Buffer.byteLength(raw) > MAX_CALL_BYTES) return refuse(413, 'Payload too large')
    const call: Body = JSON.parse(raw)
    if (call.personalizations.length > MAX_PERSONALIZATIONS)
      return refuse(400, 'The personalization block is limited to 1000 personalizations per API request.')
    if (JSON.stringify(call.custom_args ?? {}).length > MAX_CUSTOM_ARGS_BYTES)
      return refuse(400, 'The total length of custom_args is limited', 'custom_args')
    for (const [i, { content, type = '' }] of (call.attachments ?? []).entries()) {
      if (/[;,\r\n]/.test(type))
        return refuse(400, "The attachment type cannot contain ';', or CRLF characters.", `attachments.${i}.type`)
      if (!BASE64.test(content))
        return refuse(400, 'The attachment content must be base64 encoded.', `attachments.${i}.content`)
    }
    const mails: SendGridMail[] = []
    for (const [i, one] of call.personalizations.entries()) {
      const [to, ...others] = one.to
      if (to === undefined || others.length > 0 || !ADDRESS.test(to.email))
        return refuse(400, 'Does not contain a valid address.', `personalizations.${i}.to.0.email`)
      const { cc = [] } = one
      if (one.cc?.length === 0 || cc.some(({ email }) => !ADDRESS.test(email)))
        return refuse(400, 'Does not contain a valid address.', `personalizations.${i}.cc`)
      const all = [to, ...cc].map(({ email }) => email.toLowerCase())
      if (new Set(all).size < all.length)
        return refuse(400, 'Each email address in the personalization block should be unique between to, cc, and bcc.')
      if ([to, ...cc].some(({ name = '' }) => /[;,]/.test(name)))
        return refuse(400, 'The name may not contain ; or ,', `personalizations.${i}.to.0.name`)
      const tags = one.substitutions ?? {}
      if (Buffer.byteLength(JSON.stringify(tags)) > MAX_SUBSTITUTION_BYTES)
        return refuse(400, 'substitutions are limited to 10000 bytes', `personalizations.${i}.substitutions`)
      const barred = Object.keys(one.headers ?? {}).find((name) => BARRED.test(name))
      if (barred !== undefined) return refuse(400, `header ${barred} is reserved`, `personalizations.${i}.headers`)
      const content = (type: string) => substitute(call.content.find((part) => part.type === type)?.value ?? '', tags)
      mails.push({
        to,
        cc,
        from: call.from,
        ...(call.reply_to && { replyTo: call.reply_to }),
        subject: substitute(call.subject, tags),
        html: content('text/html'),
        text: content('text/plain'),
        headers: one.headers ?? {},
        customArgs: call.custom_args ?? {},
        tracked: Object.entries(call.tracking_settings ?? {}).flatMap(([name, { enable }]) => (enable ? [name] : [])),
        attachments: call.attachments ?? [],
      })
    }
    sink.mails.push(...mails)
    return { status: 202, body: '', headers: { 'x-message-id': `sink-${sink.mails.length}` } }
  }

  return Object.assign(sink, await startHttpSink(provider, (request) => sink.fault(request)))
}

/** Replaces every tag in one pass, so that tags within a value stay as they are. */
export function substitute(text: string, tags: Readonly<Record<string, string>>): string {
  const any = Object.keys(tags)
    .map((tag) => tag.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|')
  return any === '' ? text : text.replace(new RegExp(any, 'g'), (tag) => tags[tag] ?? tag)
}
