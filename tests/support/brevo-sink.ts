import type { Fault } from '../../scripts/sinks/faults.ts'
import { type SinkAnswer, type SinkRequest, startHttpSink } from './http-sink.ts'

type Mailbox = { email: string; name?: string }

/** One mail as Brevo would send it: a message version merged with the shared fields of its call. */
export type BrevoMail = {
  sender: Mailbox
  replyTo?: Mailbox
  to: Mailbox
  cc: Mailbox[]
  subject: string
  htmlContent: string
  textContent: string
  headers: Record<string, string>
  tags: string[]
  attachment: Attached[]
}
type Attached = { name: string; content: string }
type Version = {
  to: Mailbox[]
  cc?: Mailbox[]
  subject?: string
  htmlContent?: string
  textContent?: string
  headers?: Record<string, string>
}
type Body = Omit<Version, 'to'> & {
  sender?: Mailbox
  replyTo?: Mailbox
  headers?: Record<string, string> & { idempotencyKey?: string }
  tags?: string[]
  attachment?: Attached[]
  messageVersions?: Version[]
}

export type BrevoSink = {
  url: string
  mails: BrevoMail[]
  /** The idempotency keys of the calls so far. */
  keys: string[]
  /** The account data that GET /v3/account and /v3/senders/domains return. */
  account: {
    apiKey: string
    credits: number
    relay: boolean
    domains: Array<{ domain_name: string; authenticated: boolean }>
  }
  fault: (request: SinkRequest) => Fault | null
  close(): Promise<void>
}

/** A UUID (RFC 9562 §4), the format Brevo requires of an idempotency key. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/
const MAX_VERSIONS = 1_000
const MAX_NAME = 70
/** File extensions Tocsin attaches, a subset of those in Brevo's reference. */
const EXTENSIONS = new Set(['html', 'pdf', 'txt', 'csv', 'ics', 'png', 'jpg'])

/**
 * Starts a sink for Brevo's transactional API, after its reference. Versions override the shared fields of the call.
 * A repeated key is answered with `duplicate_parameter`, and one faulty field refuses the whole call.
 */
export async function startBrevoSink(): Promise<BrevoSink> {
  const sink: Omit<BrevoSink, 'url' | 'close'> = {
    mails: [],
    keys: [],
    account: {
      apiKey: 'xkeysib-sink',
      credits: 300,
      relay: true,
      domains: [{ domain_name: 'example.org', authenticated: true }],
    },
    fault: () => null,
  }
  const refuse = (status: number, code: string, message: string): SinkAnswer => ({ status, body: { code, message } })

  function provider({ method, path, headers, body }: SinkRequest): SinkAnswer {
    const { account } = sink
    if (headers['api-key'] !== account.apiKey) return refuse(401, 'unauthorized', 'Key not found')
    if (method === 'GET' && path === '/v3/account') {
      const plan = [
        { type: 'free', creditsType: 'sendLimit', credits: account.credits },
        { type: 'sms', credits: 0 },
      ]
      return { status: 200, body: { email: 'owner@example.org', plan, relay: { enabled: account.relay, data: {} } } }
    }
    if (method === 'GET' && path === '/v3/senders/domains') {
      return { status: 200, body: { domains: account.domains, count: account.domains.length } }
    }
    if (method !== 'POST' || path !== '/v3/smtp/email') return refuse(404, 'document_not_found', 'Not found')
    return send(JSON.parse(body))
  }

  function send(body: Body): SinkAnswer {
    const { idempotencyKey, ...shared } = body.headers ?? {}
    if (idempotencyKey === undefined || !UUID.test(idempotencyKey))
      return refuse(400, 'invalid_parameter', 'idempotencyKey is not a UUID')
    if (sink.keys.includes(idempotencyKey))
      return refuse(400, 'duplicate_parameter', 'idempotencyKey has been used already')
    const versions = body.messageVersions ?? []
    if (versions.length === 0 || versions.length > MAX_VERSIONS)
      return refuse(400, 'invalid_parameter', 'messageVersions should be 1 to 1000')
    if (!ADDRESS.test(body.sender?.email ?? '')) return refuse(400, 'invalid_parameter', 'valid sender email required')
    if (!body.subject || !body.htmlContent)
      return refuse(400, 'missing_parameter', 'subject and htmlContent are required')
    if ((body.attachment ?? []).some(({ name }) => !EXTENSIONS.has(name.slice(name.lastIndexOf('.') + 1))))
      return refuse(400, 'invalid_parameter', 'unsupported file extension of an attachment')
    const mails: BrevoMail[] = []
    for (const version of versions) {
      const [to, ...others] = version.to
      if (to === undefined || others.length > 0 || !ADDRESS.test(to.email))
        return refuse(400, 'invalid_parameter', 'email is not valid in to')
      if ((version.cc ?? []).some((one) => !ADDRESS.test(one.email)))
        return refuse(400, 'invalid_parameter', 'email is not valid in cc')
      if ([to, ...(version.cc ?? [])].some(({ name = '' }) => name.length > MAX_NAME))
        return refuse(400, 'out_of_range', 'name in to is too long')
      // Known faults of Brevo, listed by Anymail: non-ASCII headers are sent raw, and non-ASCII names with punctuation are lost.
      const headers = version.headers ?? shared
      if (Object.values(headers).some((value) => !/^[\x20-\x7e]*$/.test(value)))
        return refuse(400, 'invalid_parameter', 'headers must be ASCII')
      if (/[^\x20-\x7e]/.test(to.name ?? '') && /[()<>[\]:;@\\,."]/.test(to.name ?? '')) delete to.name
      mails.push({
        sender: body.sender ?? { email: '' },
        ...(body.replyTo && { replyTo: body.replyTo }),
        to,
        cc: version.cc ?? [],
        subject: version.subject ?? body.subject,
        htmlContent: version.htmlContent ?? body.htmlContent,
        textContent: version.textContent ?? body.textContent ?? '',
        headers,
        tags: body.tags ?? [],
        attachment: body.attachment ?? [],
      })
    }
    sink.keys.push(idempotencyKey)
    sink.mails.push(...mails)
    const messageIds = mails.map((_, i) => `<${idempotencyKey.slice(0, 8)}.${i}@smtp-relay.mailin.fr>`)
    return { status: 201, body: { messageIds }, half: { messageIds: messageIds.slice(0, messageIds.length >> 1) } }
  }

  return Object.assign(sink, await startHttpSink(provider, (request) => sink.fault(request)))
}
