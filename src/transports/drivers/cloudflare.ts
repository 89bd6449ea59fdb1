import * as z from 'zod'
import { withoutFeedbackId } from '../../emails/headers.ts'
import type { Mailbox } from '../../emails/message.ts'
import { fromUtf8, utf8 } from '../../kit/bytes.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { defineDriver } from '../driver.ts'
import { mergeMessage } from '../merge/merge-message.ts'
import { mapAttachments, mediaType } from '../mime/attachments.ts'
import { displayName, oneLine } from '../mime/mailbox.ts'
import { makeRefusal, type ProviderRefusal } from '../responses/refusal.ts'
import { rememberedIn } from '../responses/remembered.ts'
import type { Limits, Outcome, Transport } from '../transport.ts'

/** Mails per call: each is accepted or refused alone, and an interrupted call cannot be queried. */
const MAX_BATCH = 1
/** Calls per second. Cloudflare publishes no figure and responds with E_RATE_LIMIT_EXCEEDED above its limit. */
const CALLS_PER_SECOND = 10
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 30_000
const TOO_LATE = 'no response in time'

const mailbox = z.union([z.string(), z.object({ name: z.string(), email: z.string() })])
/** A mail in the binding's format, with attachments in base64. The platform sets Date and Message-ID. */
const outgoing = z.object({
  from: mailbox,
  to: mailbox,
  cc: z.array(mailbox).optional(),
  replyTo: mailbox.optional(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()),
  attachments: z
    .array(
      z.object({ filename: z.string(), type: z.string(), disposition: z.literal('attachment'), content: z.string() }),
    )
    .optional(),
})
type Outgoing = z.infer<typeof outgoing>

/**
 * Transport for the binding of Cloudflare Email Service: one mail per call, without idempotency or merging, for transactional
 * mail only (https://developers.cloudflare.com/email-service/api/send-emails/workers-api/).
 */
export function cloudflare(binding: SendEmail, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  return {
    ...limits,
    name: 'cloudflare',
    maxBatch: MAX_BATCH,
    idempotencySeconds: 0,
    captive: false,

    account: async () => 'cloudflare',

    async compose(batch) {
      const mails = batch.recipients.map((recipient): Outgoing => {
        const mail = mergeMessage(batch, recipient)
        const attachments = mapAttachments(mail.attachments ?? [], (one, content) => ({
          filename: one.filename,
          type: mediaType(one),
          disposition: 'attachment' as const,
          content,
        }))
        return {
          from: inFields(mail.from),
          to: inFields(mail.to),
          ...(mail.cc && { cc: mail.cc.map(inFields) }),
          ...(mail.replyTo && { replyTo: inFields(mail.replyTo) }),
          subject: oneLine(mail.subject),
          text: mail.text,
          html: mail.html,
          headers: withoutFeedbackId(mail.headers), // the platform writes its own and refuses another
          ...(attachments && { attachments }),
        }
      })
      return { body: utf8(JSON.stringify(mails)), people: mails.length }
    },

    async send(call) {
      const outcomes: Outcome[] = []
      for (const mail of z.array(outgoing).parse(parseJson(fromUtf8(call.body))))
        outcomes.push(await sendMail(binding, mail, timeoutMs))
      return outcomes
    },

    /** Only reports that the binding exists: the binding has no information about the account. */
    check: async (sender) => ({
      ok: true,
      message: `the binding EMAIL exists; whether ${domainOf(sender)} is set up for Email Sending shows only when a mail is sent`,
    }),
  }
}

export const driver = defineDriver({
  name: 'cloudflare',
  notForBulk:
    'Cloudflare Email Service forbids marketing mail, takes one mail per call and does not recognise repeated mails',
  settings: z.object({
    EMAIL: z.custom<SendEmail>(
      (binding) => typeof (binding as Partial<SendEmail> | undefined)?.send === 'function',
      'is not bound: take the comment signs from [[send_email]] in wrangler.toml and deploy again',
    ),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: ({ EMAIL }, { limits }) => cloudflare(EMAIL, limits),
})

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

function inFields({ name, address }: Mailbox): Outgoing['to'] {
  const shown = displayName(name)
  return shown === '' ? address : { name: shown, email: address }
}

async function sendMail(binding: SendEmail, mail: Outgoing, timeoutMs: number): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(TOO_LATE)), timeoutMs)
  })
  try {
    const { cc, replyTo, attachments, ...rest } = mail
    const { messageId } = await Promise.race([
      binding.send({
        ...rest,
        ...(cc !== undefined && { cc }),
        ...(replyTo !== undefined && { replyTo }),
        ...(attachments !== undefined && { attachments }),
      }),
      late,
    ])
    return typeof messageId === 'string'
      ? { kind: 'accepted', reference: messageId }
      : { kind: 'unknown', reason: 'answered without a message id' }
  } catch (error) {
    return readRefusal(error)
  } finally {
    clearTimeout(timer)
  }
}

const SENDER = makeRefusal(
  'sender-not-verified',
  true,
  'the domain of SENDER_ADDRESS is not set up for sending: add it under Email Service, Email Sending in the Cloudflare dashboard',
)
const CONTENT = makeRefusal('invalid-content', true, 'Cloudflare refuses a field of the mail')
const HEADER = makeRefusal('invalid-content', true, 'Cloudflare refuses a header of the mail')

/**
 * Documented refusals by `code`. E_DELIVERY_FAILED and E_INTERNAL_SERVER_ERROR are absent: after these, the mail may have been
 * sent.
 */
const REFUSALS: Readonly<Record<string, ProviderRefusal>> = {
  E_VALIDATION_ERROR: CONTENT,
  E_FIELD_MISSING: CONTENT,
  E_TOO_MANY_RECIPIENTS: CONTENT,
  E_CONTENT_TOO_LARGE: CONTENT,
  E_SENDER_NOT_VERIFIED: SENDER,
  E_SENDER_DOMAIN_NOT_AVAILABLE: SENDER,
  E_RECIPIENT_NOT_ALLOWED: makeRefusal(
    'unauthorised',
    true,
    'the binding may not send to this address: remove its allowed destinations from wrangler.toml, or take the Workers Paid plan',
  ),
  E_RECIPIENT_SUPPRESSED: makeRefusal('suppressed', true, 'the address is on Cloudflare’s suppression list'),
  E_RATE_LIMIT_EXCEEDED: makeRefusal('rate-limited', false, 'more mails per second than the account may send'),
  E_DAILY_LIMIT_EXCEEDED: makeRefusal(
    'quota',
    false,
    'the daily quota of the account is used up: resume tomorrow, or ask Cloudflare for more',
  ),
  E_HEADER_NOT_ALLOWED: HEADER,
  E_HEADER_USE_API_FIELD: HEADER,
  E_HEADER_VALUE_INVALID: HEADER,
  E_HEADER_VALUE_TOO_LONG: HEADER,
  E_HEADER_NAME_INVALID: HEADER,
  E_HEADERS_TOO_LARGE: HEADER,
  E_HEADERS_TOO_MANY: HEADER,
}

function readRefusal(error: unknown): Outcome {
  const { code, message } = z
    .object({ code: z.string().catch(''), message: z.string().catch('') })
    .catch({ code: '', message: '' })
    .parse(error)
  const refusal = REFUSALS[code]
  if (refusal === undefined)
    return { kind: 'unknown', reason: code || (message === TOO_LATE ? message : 'failed without a code') }
  // A bounce stays on Cloudflare's list for a day or a week, so it is not remembered here.
  const remembered = refusal.reason === 'suppressed' ? rememberedIn(message) : null
  return {
    kind: 'refused',
    ...refusal,
    ...(remembered !== null && remembered !== 'bounced' && { remembered }),
  }
}
