import type { Fault } from '../../scripts/sinks/faults.ts'
import { renderHandlebars } from './handlebars.ts'
import { type SinkAnswer, type SinkRequest, startHttpSink } from './http-sink.ts'
import { signatureOf } from './sigv4.ts'

type Header = { Name: string; Value: string }
/** An attachment as in API_Attachment of the SES API v2. */
type Attached = {
  FileName: string
  RawContent: string
  ContentType?: string
  ContentDisposition?: string
  ContentTransferEncoding?: string
}
type Body = {
  FromEmailAddress: string
  ReplyToAddresses?: string[]
  ConfigurationSetName?: string
  DefaultEmailTags?: Header[]
  DefaultContent: {
    Template: {
      TemplateContent: { Subject: string; Html: string; Text: string }
      TemplateData: string
      Headers?: Header[]
      Attachments?: Attached[]
    }
  }
  BulkEmailEntries: Array<{
    Destination: { ToAddresses: string[]; CcAddresses?: string[] }
    ReplacementEmailContent?: { ReplacementTemplate?: { ReplacementTemplateData?: string } }
    ReplacementHeaders?: Header[]
  }>
}

/** A mail as SES would render it from its template. */
export type SesMail = {
  from: string
  replyTo: string[]
  to: string
  cc: string[]
  subject: string
  html: string
  text: string
  headers: Record<string, string>
  tags: Record<string, string>
  attachments: Attached[]
}

export const SES_KEY = { accessKeyId: 'AKIASINK', secretAccessKey: 'sink/secret+key', region: 'eu-west-1' }

export type SesSink = {
  url: string
  mails: SesMail[]
  /** The account that GetAccount and GetEmailIdentity return, and the secret that requests must be signed with. */
  account: {
    secretAccessKey: string
    production: boolean
    enabled: boolean
    sent: number
    perDay: number
    rate: number
    identities: Record<string, boolean>
  }
  /** The result of an entry, by its index in the call; null for SUCCESS. */
  status: (entry: number) => { Status: string; Error?: string } | null
  fault: (request: SinkRequest) => Fault | null
  close(): Promise<void>
}

const MAX_ENTRIES = 50
/** Bytes of a call with its template: “Each input JSON file can be up to 1 MB in size” (send-personalized-email-api). */
const MAX_BYTES = 1_000_000
/** Bytes of a message with attachments (docs.aws.amazon.com/ses/latest/dg/attachments.html). */
const MAX_MESSAGE_BYTES = 40 * 1_024 * 1_024
/** Characters of an attachment's file name and content type (API_Attachment). */
const MAX_FILE_NAME = 255
const MAX_CONTENT_TYPE = 78
const MAX_DATA = 262_144
const MAX_HEADERS = 15
/** Names and values of headers that SES accepts (API_MessageHeader). */
const HEADER = { Name: /^[!-9;-@A-~]{1,126}$/, Value: /^[ -~]{1,870}$/ }
const TAG = /^[A-Za-z0-9_.@-]{1,256}$/

/** Starts a sink for the SES API v2 after its reference. It checks each signature and renders each mail from its template. */
export async function startSesSink(): Promise<SesSink> {
  const sink: Omit<SesSink, 'url' | 'close'> = {
    mails: [],
    account: {
      secretAccessKey: SES_KEY.secretAccessKey,
      production: true,
      enabled: true,
      sent: 20,
      perDay: 50_000,
      rate: 14,
      identities: { 'example.org': true },
    },
    status: () => null,
    fault: () => null,
  }
  const refuse = (status: number, type: string, message: string): SinkAnswer => ({
    status,
    body: { message },
    headers: { 'x-amzn-ErrorType': `${type}:http://internal.amazon.com/coral/` },
  })

  function provider(request: SinkRequest): SinkAnswer {
    const signature = signatureOf(request, sink.account.secretAccessKey)
    if (signature?.accessKey !== SES_KEY.accessKeyId)
      return refuse(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.')
    if (signature.expected !== signature.given || !signature.scope.endsWith(`/${SES_KEY.region}/ses/aws4_request`))
      return refuse(403, 'InvalidSignatureException', 'The request signature we calculated does not match')
    const { account } = sink
    const [, identity] = /^\/v2\/email\/identities\/(.+)$/.exec(request.path) ?? []
    if (request.method === 'GET' && request.path === '/v2/email/account') {
      const SendQuota = { Max24HourSend: account.perDay, MaxSendRate: account.rate, SentLast24Hours: account.sent }
      const body = { SendQuota, EnforcementStatus: 'HEALTHY', ProductionAccessEnabled: account.production }
      return { status: 200, body: { ...body, SendingEnabled: account.enabled } }
    }
    if (request.method === 'GET' && identity !== undefined) {
      const verified = account.identities[decodeURIComponent(identity)]
      return verified === undefined
        ? refuse(404, 'NotFoundException', 'Email identity does not exist.')
        : { status: 200, body: { VerifiedForSendingStatus: verified } }
    }
    if (request.method !== 'POST' || request.path !== '/v2/email/outbound-bulk-emails')
      return refuse(404, 'UnknownOperationException', 'no such operation')
    const body: Body = JSON.parse(request.body)
    const limit = body.DefaultContent.Template.Attachments === undefined ? MAX_BYTES : MAX_MESSAGE_BYTES
    if (Buffer.byteLength(request.body) > limit) return refuse(400, 'BadRequestException', 'The input is too large')
    return send(body)
  }

  function send(body: Body): SinkAnswer {
    const {
      TemplateContent: content,
      TemplateData,
      Headers: shared = [],
      Attachments = [],
    } = body.DefaultContent.Template
    const entries = body.BulkEmailEntries
    if (entries.length === 0 || entries.length > MAX_ENTRIES)
      return refuse(400, 'BadRequestException', 'BulkEmailEntries must have 1 to 50 entries')
    const ascii = [
      body.FromEmailAddress,
      ...(body.ReplyToAddresses ?? []),
      ...entries.flatMap(({ Destination: { ToAddresses, CcAddresses = [] } }) => [...ToAddresses, ...CcAddresses]),
    ]
    if (ascii.some((address) => !/^[ -~]+$/.test(address)))
      return refuse(400, 'BadRequestException', 'Addresses must be ASCII: encode names as RFC 2047 says')
    if ((body.DefaultEmailTags ?? []).some(({ Name, Value }) => !TAG.test(Name) || !TAG.test(Value)))
      return refuse(400, 'BadRequestException', 'Invalid tag')
    const isWrong = ({ FileName, ContentType = '-', ContentDisposition, ContentTransferEncoding }: Attached) =>
      FileName.length > MAX_FILE_NAME ||
      ContentType.length > MAX_CONTENT_TYPE ||
      !/^(ATTACHMENT|INLINE)$/.test(ContentDisposition ?? 'ATTACHMENT') ||
      !/^(BASE64|QUOTED_PRINTABLE|SEVEN_BIT)$/.test(ContentTransferEncoding ?? 'BASE64')
    if (Attachments.some(isWrong)) return refuse(400, 'BadRequestException', 'Invalid attachment')
    const results = entries.map((entry, index) => {
      const status = sink.status(index)
      if (status !== null) return status
      const [to = '', ...others] = entry.Destination.ToAddresses
      const address = /<([^<>]*)>$/.exec(to)?.[1] ?? to
      if (others.length > 0 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address))
        return { Status: 'INVALID_PARAMETER', Error: "Missing final '@domain'" }
      const replaced = entry.ReplacementEmailContent?.ReplacementTemplate?.ReplacementTemplateData ?? '{}'
      const own = entry.ReplacementHeaders ?? []
      const headers = Object.fromEntries([...shared, ...own].map(({ Name, Value }) => [Name.toLowerCase(), Value]))
      if (
        [...shared, ...own].some(({ Name, Value }) => !HEADER.Name.test(Name) || !HEADER.Value.test(Value)) ||
        Object.keys(headers).length > MAX_HEADERS ||
        replaced.length > MAX_DATA
      )
        return { Status: 'INVALID_PARAMETER', Error: 'Invalid header or data' }
      const data = { ...JSON.parse(TemplateData), ...JSON.parse(replaced) }
      sink.mails.push({
        from: body.FromEmailAddress,
        replyTo: body.ReplyToAddresses ?? [],
        to,
        cc: entry.Destination.CcAddresses ?? [],
        subject: renderHandlebars(content.Subject, data),
        html: renderHandlebars(content.Html, data),
        text: renderHandlebars(content.Text, data),
        headers,
        tags: Object.fromEntries((body.DefaultEmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
        attachments: Attachments,
      })
      return { Status: 'SUCCESS', MessageId: `0102-${sink.mails.length}` }
    })
    const half = { BulkEmailEntryResults: results.slice(0, results.length >> 1) }
    return { status: 200, body: { BulkEmailEntryResults: results }, half }
  }

  return Object.assign(sink, await startHttpSink(provider, (request) => sink.fault(request)))
}
