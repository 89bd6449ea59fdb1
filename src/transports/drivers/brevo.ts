import * as z from 'zod'
import type { Mailbox, Message, Recipient } from '../../emails/message.ts'
import { sha256Hex, toHex, utf8 } from '../../kit/bytes.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { requiredText, webAddress } from '../../kit/settings.ts'
import { defineDriver } from '../driver.ts'
import { type Answer, exchange } from '../http.ts'
import { mergeMessage } from '../merge/merge-message.ts'
import { neutraliseTemplate, neutraliseValues } from '../merge/neutralise-template-syntax.ts'
import { attachmentsOf, mapAttachments } from '../mime/attachments.ts'
import { oneLine } from '../mime/mailbox.ts'
import { type BrevoAnswer, errorIn, isTakenAlready, REFUSALS, refusalOf } from '../responses/brevo-responses.ts'
import { readRetryAfter } from '../retry-after.ts'
import type { AccountCheck, Limits, Outcome, Transport } from '../transport.ts'

/** Maximum mails per call. Brevo allows 1,000; several lanes in one isolate's 128 MB can hold 200 whole mails of 20 KB. */
const MAX_BATCH = 200
/**
 * Seconds for which Brevo keeps an idempotency key: 15 minutes by its changelog
 * (developers.brevo.com/changelog/email-api-now-supports-idempotency), 30 by its guide
 * (developers.brevo.com/docs/heterogenous-versions-batch-emails). The shorter is used: a forgotten key would send second mails,
 * while an early end only asks an organiser.
 */
const IDEMPOTENCY_SECONDS = 15 * 60
/** Calls per second: far below Brevo's 1,000 (developers.brevo.com/docs/api-limits), enough for 2,000 mails a second. */
const CALLS_PER_SECOND = 10
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 30_000
/** Maximum characters of a display name (vendor's limit). */
const MAX_NAME = 70

/** The body starts with the idempotency key, so that `send` can write the key into the bytes that `compose` made. */
const BEFORE_KEY = '{"headers":{"idempotencyKey":"'
const NO_KEY = '00000000-0000-0000-0000-000000000000'

const taken = z.union([
  z.object({ messageIds: z.array(z.string()).min(1) }),
  z.object({ messageId: z.string() }).transform(({ messageId }) => ({ messageIds: [messageId] })),
])
const accountStatus = z.object({
  plan: z.array(z.object({ type: z.string(), credits: z.number().optional() })).default([]),
  relay: z.object({ enabled: z.boolean() }).optional(),
})
const domains = z.object({ domains: z.array(z.object({ domain_name: z.string(), authenticated: z.boolean() })) })

/**
 * Transport for Brevo (https://developers.brevo.com/reference/send-transac-email): one call with a message version per
 * recipient. Versions have headers of their own; Brevo's reference omits them, but its API accepts them and Anymail's tests
 * rely on them.
 */
export function brevo(account: { url: string; apiKey: string }, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  const headers = { 'api-key': account.apiKey, accept: 'application/json', 'content-type': 'application/json' }
  const ask = (path: string) => exchange(`${account.url}${path}`, { headers }, timeoutMs)
  return {
    ...limits,
    name: 'brevo',
    maxBatch: MAX_BATCH,
    idempotencySeconds: IDEMPOTENCY_SECONDS,
    captive: isLoopback(account.url),

    account: () => sha256Hex(`brevo ${account.url} ${account.apiKey}`),

    async compose(given) {
      // Brevo may interpret template syntax in any content, so text from people must not contain it.
      const batch = { ...given, template: neutraliseTemplate(given.template) }
      const mailFor = (recipient: Recipient) =>
        mergeMessage(batch, { ...recipient, values: neutraliseValues(recipient.values) })
      const attachment = mapAttachments(attachmentsOf(batch), ({ filename: name }, content) => ({ name, content }))
      const body = JSON.stringify({
        headers: { idempotencyKey: NO_KEY },
        sender: named(batch.from),
        ...(batch.replyTo && { replyTo: bare(batch.replyTo) }),
        ...(batch.tag !== undefined && { tags: [`dispatch:${batch.tag}`] }),
        ...(attachment && { attachment }),
        // Each version has its own content, which Brevo allows only if the call has some too.
        subject: '-',
        htmlContent: '<p>-</p>',
        textContent: '-',
        messageVersions: batch.recipients.map((recipient) => version(mailFor(recipient))),
      })
      return { body: utf8(body), people: batch.recipients.length }
    },

    async send(call, key) {
      const body = call.body.slice()
      body.set(utf8(await uuidOf(key)), BEFORE_KEY.length)
      const answer = await exchange(`${account.url}/v3/smtp/email`, { method: 'POST', headers, body }, timeoutMs)
      return 'lost' in answer ? { kind: 'unknown', reason: answer.lost } : read(answer, call.people)
    },

    /** Checks account and sender domain (developers.brevo.com/reference/get-account and get-domains). */
    async check(sender) {
      const own = await ask('/v3/account')
      if ('lost' in own || own.status !== 200) return { ok: false, message: whyNot(own) }
      const list = await ask('/v3/senders/domains')
      if ('lost' in list || list.status !== 200) return { ok: false, message: whyNot(list) }
      return readAccountStatus(own.body, list.body, sender.slice(sender.lastIndexOf('@') + 1).toLowerCase())
    },
  }
}

export const driver = defineDriver({
  name: 'brevo',
  caution:
    'Brevo counts openings and clicks, and no setting stops it: make that anonymous there first (docs/transports/brevo.md)',
  settings: z.object({
    BREVO_URL: webAddress('Brevo’s API address').default('https://api.brevo.com'),
    BREVO_API_KEY: requiredText('an API key (app.brevo.com/settings/keys/api), not an SMTP key'),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: ({ BREVO_URL: url, BREVO_API_KEY: apiKey }, { limits }) => brevo({ url, apiKey }, limits),
})

const version = (mail: Message) => ({
  to: [named(mail.to)],
  ...(mail.cc && { cc: mail.cc.map(named) }),
  subject: oneLine(mail.subject),
  htmlContent: mail.html,
  textContent: mail.text,
  headers: mail.headers,
})

/** Characters that are removed from non-ASCII names, because Brevo drops such names otherwise (found by Anymail). */
const SPECIALS = /[()<>[\]:;@\\,."]+/g
const NOT_ASCII = /[^\x20-\x7e]/

function named({ name, address }: Mailbox): { email: string; name?: string } {
  // An encoded word would not fit into MAX_NAME, so what looks like one is broken up instead.
  const line = oneLine(name ?? '').replaceAll('=?', '= ?')
  const plain = NOT_ASCII.test(line) ? line.replace(SPECIALS, ' ').replace(/ +/g, ' ') : line
  const shown = plain.slice(0, MAX_NAME).toWellFormed().trim()
  return shown === '' ? { email: address } : { email: address, name: shown }
}

/** Reply-To without a non-ASCII name: Brevo sends such names as raw bytes, which mail servers may refuse. */
const bare = (mailbox: Mailbox) => (NOT_ASCII.test(mailbox.name ?? '') ? { email: mailbox.address } : named(mailbox))

/** Namespace of name-based UUIDs (RFC 9562 §5.5). Equal idempotency keys give equal UUIDs. */
const NAMESPACE = utf8('tocsin/brevo/key')
async function uuidOf(key: string): Promise<string> {
  const named = new Uint8Array([...NAMESPACE, ...utf8(key)])
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', named)).slice(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return toHex(hash).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function read(answer: BrevoAnswer, people: number): Outcome | Outcome[] {
  if (answer.status < 200 || answer.status > 299) return readRefusal(answer)
  const parsed = taken.safeParse(parseJson(answer.body))
  if (!parsed.success) return { kind: 'unknown', reason: `answered ${answer.status} with a body that cannot be read` }
  const { messageIds } = parsed.data
  if (messageIds.length !== people)
    return { kind: 'unknown', reason: `answered for ${messageIds.length} of ${people} mails` }
  return messageIds.map((reference) => ({ kind: 'accepted', reference }))
}

function readRefusal(answer: BrevoAnswer): Outcome {
  if (isTakenAlready(answer)) return { kind: 'accepted' }
  const { code } = errorIn(answer.body)
  const refusal = refusalOf(answer)
  if (refusal === undefined) return { kind: 'unknown', reason: `answered ${answer.status} ${code}`.trim() }
  const wait = readRetryAfter(answer.headers, Date.now(), Number(answer.headers.get('x-sib-ratelimit-reset')))
  return { kind: 'refused', ...refusal, ...(refusal.reason === 'rate-limited' && wait) }
}

function whyNot(answer: Answer): string {
  if ('lost' in answer) return `Brevo did not answer: ${answer.lost}`
  return refusalOf(answer)?.detail ?? `Brevo answered ${answer.status}: try again later`
}

function readAccountStatus(own: string, list: string, wanted: string): AccountCheck {
  const account = accountStatus.safeParse(parseJson(own))
  const known = domains.safeParse(parseJson(list))
  if (!account.success || !known.success)
    return { ok: false, message: 'Brevo answered with a body that cannot be read' }
  if (account.data.relay?.enabled === false) return { ok: false, message: REFUSALS.permission_denied?.detail ?? '' }
  const credits = account.data.plan.filter(({ type }) => type !== 'sms').map(({ credits }) => credits ?? Infinity)
  if (credits.length > 0 && Math.max(...credits) <= 0)
    return { ok: false, message: REFUSALS.not_enough_credits?.detail ?? '' }
  const found = known.data.domains.find(({ domain_name: name }) => wanted === name || wanted.endsWith(`.${name}`))
  if (found === undefined)
    return { ok: false, message: `${wanted} is not a domain of this account: add it under Senders, domains at Brevo` }
  if (!found.authenticated)
    return {
      ok: false,
      message: `${found.domain_name} is not authenticated: add the DNS records that Brevo shows for it`,
    }
  const left = Math.max(...credits)
  return {
    ok: true,
    message: `${found.domain_name} is authenticated${Number.isFinite(left) ? `, ${left} credits are left` : ''}`,
  }
}
