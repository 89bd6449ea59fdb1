import type { Fault } from '../../scripts/sinks/faults.ts'
import { type SinkAnswer, type SinkRequest, startHttpSink } from './http-sink.ts'

/** One mail of Postmark's batch call (https://postmarkapp.com/developer/api/email-api#send-batch-emails). */
export type PostmarkMail = {
  From: string
  To: string
  Cc?: string
  ReplyTo?: string
  Subject: string
  HtmlBody: string
  TextBody: string
  Headers: Array<{ Name: string; Value: string }>
  Metadata?: Record<string, string>
  TrackOpens: boolean
  TrackLinks: string
  MessageStream: string
  Attachments?: Array<{ Name: string; Content: string; ContentType: string }>
}
type Result = { ErrorCode: number; Message: string; MessageID?: string; To?: string }

export type PostmarkSink = {
  url: string
  mails: PostmarkMail[]
  server: Record<string, unknown>
  streams: Record<string, Record<string, unknown>>
  /** Errors to return instead of taking a mail, by recipient address. */
  refusals: Record<string, Result>
  /** How many mails the account may still send. */
  left: number
  fault: (request: SinkRequest) => Fault | null
  close(): Promise<void>
}

export const TOKEN = 'sink-server-token'
const MAX_MAILS = 500
export const MAX_CALL_BYTES = 50_000_000
const MAX_MAIL_BYTES = 10_000_000
const ADDRESS = /^(?:"(?:[^"\\]|\\.)*" <)?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?$/

/** Splits an address list at its commas, except commas in quoted names. */
export const mailboxes = (list = ''): string[] =>
  [...list.matchAll(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g)].map(([one]) => one.trim()).filter((one) => one !== '')

/** Starts a sink for Postmark's batch API with its documented limits and one result per mail. A repeated call sends twice. */
export async function startPostmarkSink(): Promise<PostmarkSink> {
  const sink: Omit<PostmarkSink, 'url' | 'close'> = {
    mails: [],
    server: { ID: 1, Name: 'Tocsin', DeliveryType: 'Live' },
    streams: {
      broadcast: {
        MessageStreamType: 'Broadcasts',
        ArchivedAt: null,
        SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Custom' },
      },
      outbound: { MessageStreamType: 'Transactional', ArchivedAt: null },
    },
    refusals: {},
    left: Number.POSITIVE_INFINITY,
    fault: () => null,
  }
  const refuse = (status: number, ErrorCode: number, Message: string): SinkAnswer => ({
    status,
    body: { ErrorCode, Message },
  })

  function provider({ method, path, headers, body }: SinkRequest): SinkAnswer {
    if (headers['x-postmark-server-token'] !== TOKEN) return refuse(401, 10, 'The server token is missing or wrong.')
    if (method === 'GET' && path === '/server') return { status: 200, body: sink.server }
    const stream = /^\/message-streams\/(.+)$/.exec(path)?.[1]
    if (method === 'GET' && stream !== undefined)
      return sink.streams[stream]
        ? { status: 200, body: { ID: stream, ...sink.streams[stream] } }
        : refuse(404, 1226, 'The message stream was not found.')
    if (method !== 'POST' || path !== '/email/batch') return refuse(404, 0, 'Not found')
    if (Buffer.byteLength(body) > MAX_CALL_BYTES) return { status: 413, body: '' }
    const mails: PostmarkMail[] = JSON.parse(body)
    if (mails.length > MAX_MAILS) return refuse(422, 410, 'You can send at most 500 messages in a batch.')
    const results = mails.map(take)
    return { status: 200, body: results, half: results.slice(0, results.length >> 1) }
  }

  function take(mail: PostmarkMail): Result {
    const to = /<([^<>]+)>$/.exec(mail.To)?.[1] ?? mail.To
    if (!ADDRESS.test(mail.To)) return { ErrorCode: 300, Message: `Invalid 'To' address: '${mail.To}'.` }
    if (mailboxes(mail.Cc).some((one) => !ADDRESS.test(one)))
      return { ErrorCode: 300, Message: `Invalid 'Cc' address: '${mail.Cc}'.` }
    if (Buffer.byteLength(JSON.stringify(mail)) > MAX_MAIL_BYTES) return { ErrorCode: 300, Message: 'Too large.' }
    if (!sink.streams[mail.MessageStream]) return { ErrorCode: 1235, Message: 'The message stream was not found.' }
    const refusal = sink.refusals[to]
    if (refusal) return refusal
    if (sink.left <= 0) return { ErrorCode: 405, Message: 'Not allowed to send: you are out of credits.' }
    sink.left--
    sink.mails.push(mail)
    return { ErrorCode: 0, Message: 'OK', MessageID: `pm-${sink.mails.length}`, To: mail.To }
  }

  return Object.assign(sink, await startHttpSink(provider, (request) => sink.fault(request)))
}
