import { AwsV4Signer } from 'aws4fetch'
import * as z from 'zod'
import { withoutFeedbackId } from '../../emails/headers.ts'
import { sha256Hex, utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { requiredText, webAddress } from '../../kit/settings.ts'
import { defineDriver } from '../driver.ts'
import { type Answer, exchange } from '../http.ts'
import { type Placeholders, withPlaceholders } from '../merge/placeholders.ts'
import { attachmentsOf, mapAttachments, mediaType } from '../mime/attachments.ts'
import { mapCc } from '../mime/cc.ts'
import { formatAsciiMailbox, oneLine } from '../mime/mailbox.ts'
import { readEntries, refusalOf } from '../responses/ses-responses.ts'
import type { AccountCheck, Batch, Limits, Outcome, Transport } from '../transport.ts'

/** Maximum recipients per call (vendor's limit). */
const MAX_BATCH = 50
/** Default mails per second of an account outside the sandbox. SES counts mails, not calls. */
const MAILS_PER_SECOND = 14
/** Calls per second, above any account's need: SES_MAILS_PER_SECOND is the effective limit. */
const CALLS_PER_SECOND = 100
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 30_000

/**
 * Variables of SES templates: `{{name}}`, whose values SES does not escape. Text that Handlebars would interpret is sent as a
 * variable: braces and backslashes around `{{` or next to a slot.
 */
export const HANDLEBARS: Placeholders = {
  refer: (variable) => `{{${variable}}}`,
  marks: /[\\{}]*\{\{[\\{}]*|[\\{]+$|^\}+/g,
}

const accountStatus = z.object({
  EnforcementStatus: z.string().default('HEALTHY'),
  ProductionAccessEnabled: z.boolean(),
  SendingEnabled: z.boolean(),
  SendQuota: z.object({ Max24HourSend: z.number(), MaxSendRate: z.number(), SentLast24Hours: z.number() }),
})
const identity = z.object({ VerifiedForSendingStatus: z.boolean() })

export type SesAccount = {
  url: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  mailsPerSecond: number
  configurationSet?: string
}

/**
 * Transport for Amazon SES, API v2: one template and each recipient's variables per call, without idempotency keys
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html).
 */
export function ses(account: SesAccount, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  const keys = new Map<string, ArrayBuffer>()
  const maxBatch = Math.max(1, Math.min(MAX_BATCH, Math.floor(account.mailsPerSecond)))

  async function ask(method: string, path: string, body?: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const { url, headers } = await new AwsV4Signer({
      ...{ method, url: `${account.url}${path}`, service: 'ses', region: account.region, cache: keys },
      ...{ accessKeyId: account.accessKeyId, secretAccessKey: account.secretAccessKey },
      ...(body && { body, headers: { 'content-type': 'application/json' } }),
    }).sign()
    return exchange(url, { method, headers, ...defined({ body }) }, timeoutMs)
  }

  return {
    ...limits,
    callsPerSecond: Math.min(limits.callsPerSecond, account.mailsPerSecond / maxBatch),
    name: 'ses',
    maxBatch,
    idempotencySeconds: 0,
    captive: isLoopback(account.url),

    account: () => sha256Hex(`ses ${account.url} ${account.accessKeyId}`),

    async compose(batch) {
      return { body: utf8(callOf(batch, account)), people: batch.recipients.length }
    },

    async send(call) {
      const answer = await ask('POST', '/v2/email/outbound-bulk-emails', call.body)
      if ('lost' in answer) return { kind: 'unknown', reason: answer.lost }
      return answer.status === 200 ? readEntries(answer.body, call.people) : readRefusal(answer)
    },

    /** Checks the account and the identity of the sender (API_GetAccount and API_GetEmailIdentity). */
    async check(sender) {
      const own = await ask('GET', '/v2/email/account')
      if ('lost' in own || own.status !== 200) return { ok: false, message: whyNot(own) }
      const found = accountStatus.safeParse(parseJson(own.body))
      if (!found.success) return { ok: false, message: 'SES answered with a body that cannot be read' }
      const wrong = faultOf(found.data, account)
      if (wrong !== null) return { ok: false, message: wrong }
      for (const name of identitiesOf(sender)) {
        const answer = await ask('GET', `/v2/email/identities/${encodeURIComponent(name)}`)
        if (!('lost' in answer) && answer.status === 404) continue
        return 'lost' in answer || answer.status !== 200
          ? { ok: false, message: whyNot(answer) }
          : readIdentity(name, answer.body, found.data.SendQuota)
      }
      const missing = `${sender.slice(sender.lastIndexOf('@') + 1)} is not an identity of this account`
      return { ok: false, message: `${missing} in ${account.region}: add it under Identities in the SES console` }
    },
  }
}

export const driver = defineDriver({
  name: 'ses',
  settings: z.object({
    SES_REGION: requiredText('the AWS region of your identities, such as eu-west-1').regex(
      /^[a-z]{2}(-[a-z]+)+-\d+$/,
      'is malformed: expected a region such as eu-west-1',
    ),
    SES_URL: webAddress('SES’s API address').optional(),
    SES_ACCESS_KEY_ID: requiredText('an access key of an IAM user who may ses:SendBulkEmail'),
    SES_SECRET_ACCESS_KEY: requiredText('the secret of that access key'),
    SES_CONFIGURATION_SET: z.string().trim().min(1).optional(),
    SES_MAILS_PER_SECOND: z.coerce
      .number({ error: 'must be a number' })
      .min(1, 'must be at least 1')
      .default(MAILS_PER_SECOND),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: (set, { limits }) =>
    ses(
      {
        url: set.SES_URL ?? `https://email.${set.SES_REGION}.amazonaws.com`,
        region: set.SES_REGION,
        accessKeyId: set.SES_ACCESS_KEY_ID,
        secretAccessKey: set.SES_SECRET_ACCESS_KEY,
        mailsPerSecond: set.SES_MAILS_PER_SECOND,
        ...defined({ configurationSet: set.SES_CONFIGURATION_SET }),
      },
      limits,
    ),
})

/** JSON body of a call. */
function callOf(batch: Batch, account: SesAccount): string {
  const { subject, html, text, variables } = withPlaceholders(batch.template, HANDLEBARS)
  const Attachments = mapAttachments(attachmentsOf(batch), (one, content) => ({
    FileName: one.filename,
    ContentType: mediaType(one),
    RawContent: content,
    ContentDisposition: 'ATTACHMENT',
    ContentTransferEncoding: 'BASE64',
  }))
  const CcAddresses = mapCc(batch, formatAsciiMailbox)
  return JSON.stringify({
    FromEmailAddress: formatAsciiMailbox(batch.from),
    ...(batch.replyTo && { ReplyToAddresses: [formatAsciiMailbox(batch.replyTo)] }),
    ...(account.configurationSet !== undefined && { ConfigurationSetName: account.configurationSet }),
    ...(batch.tag !== undefined && { DefaultEmailTags: [{ Name: 'dispatch', Value: batch.tag }] }),
    DefaultContent: {
      Template: {
        TemplateContent: { Subject: oneLine(subject), Html: html, Text: text },
        TemplateData: '{}',
        Headers: listed(batch.headers),
        ...(Attachments && { Attachments }),
      },
    },
    BulkEmailEntries: batch.recipients.map((recipient) => ({
      Destination: { ToAddresses: [formatAsciiMailbox(recipient.to)], ...(CcAddresses && { CcAddresses }) },
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(variables(recipient.values)) },
      },
      ReplacementHeaders: listed(recipient.headers),
    })),
  })
}

/** Headers in SES's form. SES writes Feedback-ID itself, and a mail with two of them counts for neither. */
const listed = (headers: Readonly<Record<string, string>>) =>
  Object.entries(withoutFeedbackId(headers)).map(([Name, value]) => ({ Name, Value: oneLine(value) }))

function readRefusal(answer: Exclude<Answer, { lost: string }>): Outcome {
  const { name, refusal } = refusalOf(answer)
  return refusal === undefined
    ? { kind: 'unknown', reason: `answered ${answer.status} ${name}`.trim() }
    : { kind: 'refused', ...refusal }
}

function whyNot(answer: Answer): string {
  if ('lost' in answer) return `SES did not answer: ${answer.lost}`
  return refusalOf(answer).refusal?.detail ?? `SES answered ${answer.status}: try again later`
}

/** Identities that cover a sender: its domain, parent domains, and the address itself. */
function identitiesOf(sender: string): string[] {
  const labels = sender.slice(sender.lastIndexOf('@') + 1).split('.')
  return [...labels.slice(0, -1).map((_, i) => labels.slice(i).join('.')), sender]
}

function faultOf(found: z.infer<typeof accountStatus>, account: SesAccount): string | null {
  const { Max24HourSend: perDay, MaxSendRate: rate, SentLast24Hours: sent } = found.SendQuota
  if (!found.SendingEnabled || found.EnforcementStatus === 'SHUTDOWN')
    return 'AWS has stopped this account’s sending: see Reputation metrics in the SES console and answer AWS there'
  if (!found.ProductionAccessEnabled)
    return `the account is in the sandbox of ${account.region}, for verified addresses only: ask for production access in the SES console`
  if (perDay > 0 && sent >= perDay)
    return `the quota of ${perDay} mails in 24 hours is used up: wait, or ask for more under Service Quotas`
  if (rate > 0 && account.mailsPerSecond > rate)
    return `the account may send ${rate} mails a second: set SES_MAILS_PER_SECOND to ${Math.max(1, Math.floor(rate))}`
  return null
}

function readIdentity(name: string, body: string, quota: z.infer<typeof accountStatus>['SendQuota']): AccountCheck {
  const found = identity.safeParse(parseJson(body))
  if (!found.success) return { ok: false, message: 'SES answered with a body that cannot be read' }
  if (!found.data.VerifiedForSendingStatus)
    return { ok: false, message: `${name} is not verified: add its DKIM records as the SES console shows them` }
  const left =
    quota.Max24HourSend < 0 ? 'no daily limit' : `${quota.Max24HourSend - quota.SentLast24Hours} mails are left`
  return { ok: true, message: `${name} is verified; ${left} today, ${quota.MaxSendRate} a second` }
}
