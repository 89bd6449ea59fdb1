import * as z from 'zod'
import type { Mailbox, Recipient } from '../../emails/message.ts'
import type { Template } from '../../emails/template/template.ts'
import { sha256Hex, utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { requiredText, webAddress } from '../../kit/settings.ts'
import { defineDriver } from '../driver.ts'
import { type Answer, exchange } from '../http.ts'
import { type Placeholders, type ProviderTemplate, withPlaceholders } from '../merge/placeholders.ts'
import { attachmentsOf, mapAttachments, mediaType } from '../mime/attachments.ts'
import { mapCc } from '../mime/cc.ts'
import { displayName, oneLine } from '../mime/mailbox.ts'
import { outcomeOf, refusalOf, type SendgridAnswer } from '../responses/sendgrid-responses.ts'
import type { AccountCheck, Batch, Limits, Transport } from '../transport.ts'

/** Maximum recipients (personalizations) per call (vendor's limit). */
const MAX_BATCH = 1_000
/** Calls per second: far below SendGrid's limit, enough for 10,000 mails a second. */
const CALLS_PER_SECOND = 10
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 60_000

/**
 * Substitution tags. SendGrid replaces any chosen text, so the tag is one that people do not write; if they do, it stays
 * unchanged.
 */
export const SUBSTITUTIONS: Placeholders = {
  refer: (variable) => `-tocsin7f3a9c.${variable}-`,
  marks: /-tocsin7f3a9c\.|-$|^tocsin7f3a9c\./g,
}

/** Switches off tracking pixels, rewritten links and SendGrid's own unsubscribe link: every mail has Tocsin's. */
const SETTINGS = {
  tracking_settings: {
    click_tracking: { enable: false, enable_text: false },
    open_tracking: { enable: false },
    subscription_tracking: { enable: false },
    ganalytics: { enable: false },
  },
  mail_settings: { footer: { enable: false }, sandbox_mode: { enable: false } },
}

const rights = z.object({ scopes: z.array(z.string()) })
const domains = z.array(z.object({ domain: z.string(), valid: z.boolean() }))
const senders = z.object({ results: z.array(z.object({ from_email: z.string(), verified: z.boolean() })) })
const credits = z.object({ remain: z.number(), overage: z.number().default(0) })

/**
 * Transport for SendGrid: one content and a personalization with substitutions per recipient, without idempotency keys
 * (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send).
 */
export function sendgrid(account: { url: string; apiKey: string }, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  const headers = { authorization: `Bearer ${account.apiKey}`, 'content-type': 'application/json' }
  const ask = (path: string) => exchange(`${account.url}${path}`, { headers }, timeoutMs)
  return {
    ...limits,
    name: 'sendgrid',
    maxBatch: MAX_BATCH,
    idempotencySeconds: 0,
    captive: isLoopback(account.url),

    account: () => sha256Hex(`sendgrid ${account.url} ${account.apiKey}`),

    compose: async (batch) => ({ body: utf8(callOf(batch)), people: batch.recipients.length }),

    async send(call) {
      const request = { method: 'POST', headers, body: call.body }
      const answer = await exchange(`${account.url}/v3/mail/send`, request, timeoutMs)
      return 'lost' in answer ? { kind: 'unknown', reason: answer.lost } : outcomeOf(answer, call.people)
    },

    /** Checks rights, credits and sender (twilio.com/docs/sendgrid/api-reference: scopes, domains, verified senders, credits). */
    async check(sender) {
      const own = await ask('/v3/scopes')
      if ('lost' in own || own.status !== 200) return { ok: false, message: whyNot(own) }
      const scopes = rights.safeParse(parseJson(own.body))
      if (!scopes.success) return UNREADABLE
      if (!scopes.data.scopes.includes('mail.send'))
        return { ok: false, message: 'this API key may not send: give it the permission Mail Send' }
      const left = await ask('/v3/user/credits')
      if (!('lost' in left) && left.status === 200 && areUsedUp(left.body))
        return { ok: false, message: 'the account has no credits left: wait for new credits, or take a larger plan' }
      return readSender(await ask('/v3/whitelabel/domains?limit=200'), sender, () => ask('/v3/verified_senders'))
    },
  }
}

export const driver = defineDriver({
  name: 'sendgrid',
  settings: z.object({
    SENDGRID_URL: webAddress('SendGrid’s API address').default('https://api.sendgrid.com'),
    SENDGRID_API_KEY: requiredText('an API key with the permission Mail Send (app.sendgrid.com/settings/api_keys)'),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: ({ SENDGRID_URL: url, SENDGRID_API_KEY: apiKey }, { limits }) => sendgrid({ url, apiKey }, limits),
})

const templates = new WeakMap<Template, ProviderTemplate>()

function inSendGridsWords(template: Template): ProviderTemplate {
  const made = templates.get(template) ?? withPlaceholders(template, SUBSTITUTIONS)
  templates.set(template, made)
  return made
}

function callOf(batch: Batch): string {
  const words = inSendGridsWords(batch.template)
  const attachments = mapAttachments(attachmentsOf(batch), (one, content) => ({
    content,
    type: mediaType(one),
    filename: one.filename,
    disposition: 'attachment',
  }))
  const call = JSON.stringify({
    from: named(batch.from),
    ...(batch.replyTo && { reply_to: named(batch.replyTo) }),
    subject: oneLine(words.subject),
    content: [
      { type: 'text/plain', value: words.text },
      { type: 'text/html', value: words.html },
    ],
    // Once per call: repeated for each recipient they would exceed SendGrid's 10,000 bytes.
    ...(batch.tag !== undefined && { custom_args: { dispatch: batch.tag } }),
    ...SETTINGS,
    ...defined({ attachments }),
  })
  const people = batch.recipients.map((recipient) => personalization(recipient, batch, words)).join(',')
  return `{"personalizations":[${people}],${call.slice(1)}`
}

/**
 * One recipient's part of a call, with all headers: SendGrid does not document whether a call's headers stay when a recipient
 * has own ones.
 */
const personalization = (recipient: Recipient, batch: Batch, words: ProviderTemplate): string =>
  JSON.stringify({
    to: [named(recipient.to)],
    cc: mapCc(batch, named), // absent from JSON if undefined
    headers: lined({ ...batch.headers, ...recipient.headers, 'Message-ID': `<${recipient.messageId}>` }),
    substitutions: Object.fromEntries(
      words.fields.map(({ name, write }) => [SUBSTITUTIONS.refer(name), write(recipient.values)]),
    ),
  })

const lined = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, oneLine(value)]))

/** Characters that are removed from names: SendGrid refuses `;` and `,` and copies the others into the header unescaped. */
const SPECIALS = /[;,"\\<>]+/g

function named({ name, address }: Mailbox): { email: string; name?: string } {
  const shown = displayName(name).replace(SPECIALS, ' ').replace(/ +/g, ' ').trim()
  return shown === '' ? { email: address } : { email: address, name: shown }
}

const UNREADABLE: AccountCheck = { ok: false, message: 'SendGrid answered 200 with a body that cannot be read' }

const whyNot = (answer: Answer): string =>
  'lost' in answer
    ? `SendGrid did not answer: ${answer.lost}`
    : (refusalOf(answer)?.detail ?? `SendGrid answered ${answer.status}: try again later`)

function areUsedUp(body: string): boolean {
  const found = credits.safeParse(parseJson(body))
  return found.success && found.data.remain <= 0 && found.data.overage === 0
}

/** Checks that the sender's domain or a parent domain is authenticated, or that the address is a verified single sender. */
async function readSender(listed: Answer, sender: string, askSenders: () => Promise<Answer>): Promise<AccountCheck> {
  if (!isAnswered(listed)) return { ok: false, message: whyNot(listed) }
  if (mayNotAsk(listed)) return { ok: true, message: 'the key may send; its rights do not include checking the domain' }
  const found = listed.status === 200 ? domains.safeParse(parseJson(listed.body)) : undefined
  if (found?.success !== true) return listed.status === 200 ? UNREADABLE : { ok: false, message: whyNot(listed) }
  const wanted = sender.slice(sender.lastIndexOf('@') + 1).toLowerCase()
  const own = found.data.filter(({ domain }) => wanted === domain || wanted.endsWith(`.${domain}`))
  const valid = own.find((one) => one.valid)
  if (valid) return { ok: true, message: `${valid.domain} is authenticated` }
  const [missing] = own
  if (missing)
    return {
      ok: false,
      message: `${missing.domain} is not valid: add its DNS records as SendGrid’s Sender Authentication shows them`,
    }
  const singles = await askSenders()
  const known = isAnswered(singles) && singles.status === 200 ? senders.safeParse(parseJson(singles.body)) : undefined
  const single = known?.data?.results.find(({ from_email: email }) => email.toLowerCase() === sender.toLowerCase())
  if (single?.verified)
    return {
      ok: true,
      message: 'the address is a verified single sender; appeals need the domain authenticated as well',
    }
  return {
    ok: false,
    message: `${wanted} is not a domain of this account: authenticate it under Sender Authentication`,
  }
}

const isAnswered = (answer: Answer): answer is SendgridAnswer => !('lost' in answer)
const mayNotAsk = ({ status }: SendgridAnswer): boolean => status === 401 || status === 403
