import * as z from 'zod'
import { mergeSubject } from '../../emails/template/merge.ts'
import { sha256Hex } from '../../kit/bytes.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { requiredText, webAddress } from '../../kit/settings.ts'
import { defineDriver } from '../driver.ts'
import { exchange } from '../http.ts'
import { JsonBytes, recycleBuffer, rememberingLast } from '../merge/json.ts'
import { attachmentsOf, mapAttachments } from '../mime/attachments.ts'
import { mapCc } from '../mime/cc.ts'
import { formatMailbox, oneLine } from '../mime/mailbox.ts'
import { INVALID, type ResendAnswer, readRefusal } from '../responses/resend-responses.ts'
import type { AccountCheck, Batch, Call, Limits, Outcome, Transport } from '../transport.ts'

/** Maximum mails per call (vendor's limit). */
const MAX_BATCH = 100
/** Seconds for which Resend stores an Idempotency-Key (vendor: 24 hours). */
const IDEMPOTENCY_SECONDS = 24 * 60 * 60
/** Calls per second of a team (resend.com/docs/api-reference/rate-limit). */
const CALLS_PER_SECOND = 10
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 30_000

const areNamed = (data: unknown): boolean =>
  Array.isArray(data) && data.every((one) => typeof one === 'object' && one !== null && typeof one.id === 'string')

/** Response to a batch. With permissive validation, `data` holds created mails only, and `errors` names the others by index. */
const accepted = z.object({
  data: z.custom<Array<{ id: string }>>(areNamed), // checked by hand: a schema per mail would take longer than the rest of the call
  errors: z.array(z.object({ index: z.int().nonnegative(), message: z.string() })).default([]),
})
const acceptedAlone = z.object({ id: z.string() })
const domains = z.object({ data: z.array(z.object({ name: z.string(), status: z.string() })) })

/**
 * Transport for Resend (https://resend.com/docs/api-reference/emails/send-batch-emails). Its terms call the batch API
 * transactional: ask Resend before using it for bulk. The batch API silently drops attachments
 * (https://resend.com/docs/dashboard/emails/attachments): such mails go alone, by `POST /emails`.
 */
export function resend(account: { url: string; apiKey: string }, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  const own = {
    authorization: `Bearer ${account.apiKey}`,
    'user-agent': 'tocsin', // mandatory: without one Resend answers 403
  }
  return {
    ...limits,
    name: 'resend',
    maxBatch: MAX_BATCH,
    idempotencySeconds: IDEMPOTENCY_SECONDS,
    captive: isLoopback(account.url),

    account: () => sha256Hex(`resend ${account.url} ${account.apiKey}`),

    async compose(batch) {
      return callOf(batch)
    },

    async send(call, key) {
      const isBatch = call.body[0] === LIST
      const headers = {
        ...own,
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(isBatch && { 'x-batch-validation': 'permissive' }),
      }
      const request = { method: 'POST', headers, body: call.body }
      const response = await exchange(`${account.url}/emails${isBatch ? '/batch' : ''}`, request, timeoutMs)
      if ('lost' in response) return { kind: 'unknown', reason: response.lost }
      if (response.status < 200 || response.status > 299) return readRefusal(response)
      if (!isBatch) return readOne(response.body) // its buffer is too large to be recycled
      const answer = readAcceptance(response.body, call.people)
      if (Array.isArray(answer) && answer.every(({ kind }) => kind === 'accepted')) recycleBuffer(call)
      return answer
    },

    /**
     * Checks the sender domain (resend.com/docs/api-reference/domains/list-domains). A key with sending access only is accepted
     * unchecked.
     */
    async check(sender) {
      const response = await exchange(`${account.url}/domains`, { headers: own }, timeoutMs)
      if ('lost' in response) return { ok: false, message: `Resend did not answer: ${response.lost}` }
      return readDomains(response, sender.slice(sender.indexOf('@') + 1))
    },
  }
}

/**
 * Bytes of a call: a JSON list, or with attachments the object of a single mail.
 * @throws Error for attachments with several recipients
 */
function callOf(batch: Batch): Call {
  const { template, replyTo, tag, recipients } = batch
  const attachments = mapAttachments(attachmentsOf(batch), ({ filename, contentType }, content) => ({
    filename,
    content,
    content_type: contentType,
  }))
  if (attachments && recipients.length !== 1)
    throw new Error(
      `Resend accepts attachments only in single mails, not in a batch of ${recipients.length}: compose mails one by one`,
    )
  const before = `{"from":${JSON.stringify(formatMailbox(batch.from))},"to":`
  const members = [
    member('cc', mapCc(batch, formatMailbox)),
    member('reply_to', replyTo && formatMailbox(replyTo)),
    member('tags', tag && [{ name: 'dispatch', value: tag }]),
    member('attachments', attachments),
  ]
  const after = `${members.join('')}}`
  const shared = JSON.stringify(batch.headers).slice(1, -1)
  const subject = rememberingLast((text) => JSON.stringify(oneLine(text)))
  const body = new JsonBytes()
  const opening = attachments ? '' : '['
  for (const [i, { to, values, headers }] of recipients.entries()) {
    const own = JSON.stringify(headers).slice(1, -1)
    body.json(`${i === 0 ? opening : ','}${before}${JSON.stringify([formatMailbox(to)])}`)
    body.json(`,"subject":${subject(mergeSubject(template, values))},"html":`)
    body.merged(template.html, values).json(',"text":').merged(template.text, values, 'trimmed')
    body.json(`,"headers":{${shared}${shared && own ? ',' : ''}${own}}${after}`)
  }
  return { body: body.json(attachments ? '' : ']').bytes(), people: recipients.length }
}

/** First byte of a batch, which distinguishes a batch from a single mail. */
const LIST = '['.charCodeAt(0)

const member = (name: string, value: unknown): string =>
  value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`

export const driver = defineDriver({
  name: 'resend',
  caution: 'Resend’s terms call its batch API transactional: ask Resend before sending appeals',
  settings: z.object({
    RESEND_URL: webAddress('Resend’s API address').default('https://api.resend.com'),
    RESEND_API_KEY: requiredText('an API key with sending access (resend.com/api-keys)'),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: ({ RESEND_URL: url, RESEND_API_KEY: apiKey }, { limits }) => resend({ url, apiKey }, limits),
})

function readOne(body: string): Outcome {
  const answer = acceptedAlone.safeParse(parseJson(body))
  return answer.success ? { kind: 'accepted', reference: answer.data.id } : { kind: 'unknown', reason: UNREADABLE }
}

const UNREADABLE = 'answered 200 with a body that cannot be read'

function readAcceptance(body: string, people: number): Outcome | Outcome[] {
  const answer = accepted.safeParse(parseJson(body))
  if (!answer.success) return { kind: 'unknown', reason: UNREADABLE }
  const { data, errors } = answer.data
  const refused = new Map(errors.map((error) => [error.index, error.message]))
  if (data.length + refused.size !== people || [...refused.keys()].some((index) => index >= people)) {
    return { kind: 'unknown', reason: `answered for ${data.length + refused.size} of ${people} mails` }
  }
  const references = data.values()
  return Array.from({ length: people }, (_, index): Outcome => {
    if (refused.has(index)) return INVALID
    return { kind: 'accepted', reference: references.next().value?.id ?? '' }
  })
}

function readDomains(response: ResendAnswer, wanted: string): AccountCheck {
  const { status, body } = response
  if (status !== 200) {
    const refusal = readRefusal(response)
    if (refusal.kind === 'refused' && refusal.reason === 'unauthorised' && body.includes('restricted_api_key'))
      return { ok: true, message: 'the key may send; its rights do not include checking the domain' }
    const why = refusal.kind === 'refused' ? refusal.detail : refusal.kind === 'unknown' ? refusal.reason : undefined
    return { ok: false, message: why ?? `Resend answered ${status}` }
  }
  const parsed = domains.safeParse(parseJson(body))
  if (!parsed.success) return { ok: false, message: 'Resend answered 200 with a body that cannot be read' }
  const found = parsed.data.data.find(({ name }) => wanted === name || wanted.endsWith(`.${name}`))
  if (found === undefined)
    return { ok: false, message: `${wanted} is not a domain of this account: add it at resend.com/domains` }
  return found.status === 'verified'
    ? { ok: true, message: `${found.name} is verified` }
    : { ok: false, message: `${found.name} is ${found.status}: add its DNS records as resend.com/domains shows them` }
}
