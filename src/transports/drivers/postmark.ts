import * as z from 'zod'
import { mergeSubject } from '../../emails/template/merge.ts'
import { sha256Hex } from '../../kit/bytes.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { requiredText, webAddress } from '../../kit/settings.ts'
import { defineDriver, type MailUse } from '../driver.ts'
import { type Answer, exchange } from '../http.ts'
import { JsonBytes, rememberingLast } from '../merge/json.ts'
import { attachmentsOf, mapAttachments } from '../mime/attachments.ts'
import { mapCc } from '../mime/cc.ts'
import { formatMailbox, oneLine } from '../mime/mailbox.ts'
import { outcomeOf, refusalOf } from '../responses/postmark-responses.ts'
import type { AccountCheck, Batch, Call, Limits, Transport } from '../transport.ts'

/** Maximum bytes of a call (vendor's limit, besides 500 mails). */
const MAX_CALL_BYTES = 50_000_000
/** Maximum bytes of a mail in JSON: 102,000 of HTML, as much text, and room for JSON escapes and headers. */
const MAX_MAIL_BYTES = 250_000
const MAX_BATCH = Math.floor(MAX_CALL_BYTES / MAX_MAIL_BYTES)
/** Calls per second. Postmark publishes no figure and responds with 429 above its limit. */
const CALLS_PER_SECOND = 10
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 60_000
/** Default message stream of each use: Postmark requires a broadcast stream for appeals. */
const STREAMS: Readonly<Record<MailUse, string>> = { bulk: 'broadcast', transactional: 'outbound' }

const server = z.object({ Name: z.string(), DeliveryType: z.string().default('Live') })
const stream = z.object({
  MessageStreamType: z.string(),
  ArchivedAt: z.string().nullish(),
  SubscriptionManagementConfiguration: z.object({ UnsubscribeHandlingType: z.string() }).nullish(),
})

type PostmarkAccount = { url: string; token: string; stream: string; use: MailUse }

/**
 * Transport for Postmark: whole mails, each answered separately, without idempotency keys
 * (https://postmarkapp.com/developer/api/email-api#send-batch-emails).
 */
export function postmark(account: PostmarkAccount, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  const headers = {
    'x-postmark-server-token': account.token,
    accept: 'application/json',
    'content-type': 'application/json',
  }
  const ask = (path: string) => exchange(`${account.url}${path}`, { headers }, timeoutMs)
  return {
    ...limits,
    name: 'postmark',
    maxBatch: MAX_BATCH,
    idempotencySeconds: 0,
    captive: isLoopback(account.url),

    account: () => sha256Hex(`postmark ${account.url} ${account.stream} ${account.token}`),

    async compose(batch) {
      return callOf(batch, account.stream)
    },

    async send(call) {
      const request = { method: 'POST', headers, body: call.body }
      const answer = await exchange(`${account.url}/email/batch`, request, timeoutMs)
      return 'lost' in answer ? { kind: 'unknown', reason: answer.lost } : outcomeOf(answer, call.people)
    },

    /** Checks server and message stream (postmarkapp.com/developer/api). A server token has no access to sender verification. */
    async check() {
      const own = await ask('/server')
      if ('lost' in own || own.status !== 200) return { ok: false, message: whyNot(own) }
      const found = server.safeParse(parseJson(own.body))
      if (!found.success) return UNREADABLE
      if (found.data.DeliveryType !== 'Live')
        return { ok: false, message: 'this is a sandbox server, which delivers nothing: use the token of a live one' }
      const answer = await ask(`/message-streams/${encodeURIComponent(account.stream)}`)
      return readStream(answer, account, found.data.Name)
    },
  }
}

export const driver = defineDriver({
  name: 'postmark',
  caution:
    'Postmark puts its own unsubscribe link into appeals unless its support allows yours (docs/transports/postmark.md)',
  settings: z.object({
    POSTMARK_URL: webAddress('Postmark’s API address').default('https://api.postmarkapp.com'),
    POSTMARK_API_KEY: requiredText('the API token of a server (Servers, API Tokens), not of the account'),
    POSTMARK_BULK_STREAM: z.string().trim().min(1).default(STREAMS.bulk),
    POSTMARK_TRANSACTIONAL_STREAM: z.string().trim().min(1).default(STREAMS.transactional),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: (set, { limits, use }) =>
    postmark(
      {
        url: set.POSTMARK_URL,
        token: set.POSTMARK_API_KEY,
        stream: use === 'bulk' ? set.POSTMARK_BULK_STREAM : set.POSTMARK_TRANSACTIONAL_STREAM,
        use,
      },
      limits,
    ),
})

/** Bytes of a call: a JSON list of mails. */
function callOf(batch: Batch, messageStream: string): Call {
  const { template, replyTo, tag } = batch
  const Attachments = mapAttachments(attachmentsOf(batch), ({ filename, contentType }, content) => ({
    Name: filename,
    Content: content,
    ContentType: contentType,
  }))
  const cc = mapCc(batch, formatMailbox)
  const before = `{"From":${JSON.stringify(formatMailbox(batch.from))},"To":`
  const stays = {
    ...(cc && { Cc: cc.join(', ') }),
    ...(replyTo && { ReplyTo: formatMailbox(replyTo) }),
    ...(tag !== undefined && { Metadata: { dispatch: tag } }),
    TrackOpens: false,
    TrackLinks: 'None',
    MessageStream: messageStream,
    ...(Attachments && { Attachments }),
  }
  const after = `,${JSON.stringify(stays).slice(1)}`
  const subject = rememberingLast((text) => JSON.stringify(oneLine(text)))
  const body = new JsonBytes()
  for (const [i, { to, values, headers, messageId }] of batch.recipients.entries()) {
    const own = { ...batch.headers, ...headers, 'Message-ID': `<${messageId}>`, 'X-PM-KeepID': 'true' }
    const listed = Object.entries(own).map(([Name, value]) => ({ Name, Value: oneLine(value) }))
    body.json(`${i === 0 ? '[' : ','}${before}${JSON.stringify(formatMailbox(to))}`)
    body.json(`,"Subject":${subject(mergeSubject(template, values))},"HtmlBody":`)
    body.merged(template.html, values).json(',"TextBody":').merged(template.text, values, 'trimmed')
    body.json(`,"Headers":${JSON.stringify(listed)}${after}`)
  }
  return { body: body.json(']').bytes(), people: batch.recipients.length }
}

const UNREADABLE: AccountCheck = { ok: false, message: 'Postmark answered 200 with a body that cannot be read' }

const whyNot = (answer: Answer): string =>
  'lost' in answer
    ? `Postmark did not answer: ${answer.lost}`
    : (refusalOf(answer)?.detail ?? `Postmark answered ${answer.status}: try again later`)

function readStream(answer: Answer, { stream: id, use }: PostmarkAccount, name: string): AccountCheck {
  if ('lost' in answer) return { ok: false, message: whyNot(answer) }
  const [kind, setting] =
    use === 'bulk' ? ['Broadcasts', 'POSTMARK_BULK_STREAM'] : ['Transactional', 'POSTMARK_TRANSACTIONAL_STREAM']
  if (answer.status === 404 || answer.status === 422)
    return { ok: false, message: `the server ${name} has no message stream ${id}: create it there, or set ${setting}` }
  if (answer.status !== 200) return { ok: false, message: whyNot(answer) }
  const found = stream.safeParse(parseJson(answer.body))
  if (!found.success) return UNREADABLE
  if (typeof found.data.ArchivedAt === 'string')
    return { ok: false, message: `the message stream ${id} is archived: restore it, or set ${setting}` }
  if (found.data.MessageStreamType !== kind)
    return {
      ok: false,
      message: `the message stream ${id} has the type ${found.data.MessageStreamType}: set ${setting} to one of the type ${kind}`,
    }
  const adds = found.data.SubscriptionManagementConfiguration?.UnsubscribeHandlingType === 'Postmark'
  const has = `the server ${name} is live and has the stream ${id}${adds ? ', which adds Postmark’s own unsubscribe link' : ''}`
  return { ok: true, message: `${has}; its token does not allow checking the sender` }
}
