import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answering, cut, type Fault, faultAfter, listen, type SinkCall } from './faults.ts'

/** One mail as Resend takes it, alone or in a batch (https://resend.com/docs/api-reference/emails/send-email). */
type SinkMail = {
  from: string
  to: string[]
  cc?: string[]
  subject: string
  html: string
  text: string
  reply_to?: string
  headers?: Record<string, string>
  attachments?: Array<{ filename: string; content: string; content_type?: string }>
}

export type ResendSink = {
  url: string
  /** All accepted mails, in order. */
  mails: SinkMail[]
  calls: SinkCall[]
  /** Chooses the fault of a call, by its number from 1; null for none. `status` applies to repeated calls too, the others do not. */
  fault: (call: number) => Fault | null
  /** The answer to `GET /domains`. */
  domains: { status: number; body: unknown }
  close(): Promise<void>
}

export const API_KEY = 're_sink_key'
const MAX_BATCH = 100
const ADDRESS = /<?[^<>\s@]+@[^<>\s@]+\.[^<>\s@]+>?$/

/**
 * Starts a server with Resend's wire format. Accepts mails before answering. Treats idempotency keys as Resend documents: the same key and
 * body get the first answer, another body 409. With `keep: false` only `calls` record the recipients.
 */
export async function startResendSink({ keep = true }: { keep?: boolean } = {}): Promise<ResendSink> {
  const answers = new Map<string, { hash: string; status: number; body: string }>()
  const sink: Omit<ResendSink, 'url' | 'close'> = {
    mails: [],
    calls: [],
    fault: () => null,
    domains: { status: 200, body: { data: [{ name: 'example.org', status: 'verified' }] } },
  }

  const server = await listen(async (request, bytes, response) => {
    const raw = bytes.toString('utf8')
    const answer = answering(response)
    const forbidden = forbiddenBody(request.headers)
    if (forbidden !== null) return answer(403, forbidden)
    if (request.method === 'GET' && request.url === '/domains') return answer(sink.domains.status, sink.domains.body)
    const isBatch = request.url === '/emails/batch'
    if (request.method !== 'POST' || (!isBatch && request.url !== '/emails'))
      return answer(404, { name: 'not_found', message: 'Not found' })
    const mails: SinkMail[] = isBatch ? JSON.parse(raw).map(withoutAttachments) : [JSON.parse(raw)]
    const key = String(request.headers['idempotency-key'] ?? '')
    const hash = createHash('sha256').update(bytes).digest('hex')
    const call: SinkCall = { key, hash, people: mails.length, to: null }
    sink.calls.push(call)
    const fault = sink.fault(sink.calls.length)
    if (fault?.kind === 'status') {
      if (fault.afterMs !== undefined) await sleep(fault.afterMs)
      return answer(fault.status, fault.body, fault.headers)
    }
    const known = answers.get(key)
    if (known !== undefined) {
      if (known.hash !== hash)
        return answer(409, {
          name: 'invalid_idempotent_request',
          message: 'Same idempotency key with a different body',
        })
      response.writeHead(known.status, { 'content-type': 'application/json' }).end(known.body)
      return
    }
    if (fault?.kind === 'cut-before') return cut(response)
    if (mails.length > MAX_BATCH) return answer(422, { name: 'validation_error', message: 'at most 100 emails' })

    const invalid = mails.flatMap((mail, index) => (hasValidAddresses(mail) ? [] : [index]))
    if (invalid.length > 0 && request.headers['x-batch-validation'] !== 'permissive') {
      return answer(422, { name: 'validation_error', message: `Invalid \`to\` field at ${invalid[0]}` })
    }
    const taken = mails.filter((_, index) => !invalid.includes(index))
    call.to = taken.flatMap(({ to }) => to)
    if (keep) sink.mails.push(...taken)
    const ids = taken.map((_, i) => ({ id: `${hash.slice(0, 8)}-${i}` }))
    const batch = {
      data: ids,
      ...(invalid.length > 0 && { errors: invalid.map((index) => ({ index, message: 'Invalid `to` field.' })) }),
    }
    const body = JSON.stringify(isBatch ? batch : ids[0])
    answers.set(key, { hash, status: 200, body })

    if (fault?.kind === 'half-after')
      return answer(200, { data: taken.slice(0, Math.floor(taken.length / 2)).map((_, i) => ({ id: String(i) })) })
    if (await faultAfter(fault, response)) return
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  return Object.assign(sink, server)
}

const hasValidAddresses = ({ to, cc = [] }: SinkMail): boolean => [to[0] ?? '', ...cc].every((one) => ADDRESS.test(one))

/** Body of a 403 for a request without User-Agent (Cloudflare's error 1010) or without the API key; null if both are right. */
function forbiddenBody(headers: IncomingHttpHeaders): object | null {
  if (headers['user-agent'] === undefined) return { name: 'forbidden', message: 'error code: 1010' }
  if (headers.authorization === `Bearer ${API_KEY}`) return null
  return { statusCode: 403, name: 'invalid_api_key', message: 'API key is invalid' }
}

/** The mail as the batch API sees it: attachments are dropped silently (https://resend.com/docs/dashboard/emails/attachments). */
const withoutAttachments = ({ attachments: _, ...mail }: SinkMail): SinkMail => mail
