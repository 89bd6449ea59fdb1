import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import { readRetryAfter } from '../retry-after.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'
import { rememberedRefusal } from './remembered.ts'

/** Status, besides 429, for a used-up quota. */
const USED_UP = 420
/** Maximum seconds for which a used-up quota is waited for; longer waits are reported to the organiser. */
const WORTH_WAITING_SECONDS = 3_600

const said = z.object({ message: z.string() })

/**
 * Refusals by message, because Mailgun distinguishes many cases only by text (documentation.mailgun.com, API response codes).
 * Texts are as its users report them.
 */
const WORDS: ReadonlyArray<[RegExp, ProviderRefusal]> = [
  [
    /sandbox/i,
    makeRefusal(
      'unauthorised',
      true,
      'MAILGUN_DOMAIN is the sandbox, for authorised recipients only: add a domain of your own',
    ),
  ],
  [
    /unverified|requires DNS|not verified/i,
    makeRefusal(
      'sender-not-verified',
      true,
      'MAILGUN_DOMAIN is not verified: add its DNS records as Mailgun’s control panel shows them',
    ),
  ],
  [
    /domain not found/i,
    makeRefusal(
      'sender-not-verified',
      true,
      'MAILGUN_DOMAIN is not a domain of this account in this region: EU domains need MAILGUN_URL https://api.eu.mailgun.net',
    ),
  ],
  [
    /activate your/i,
    makeRefusal('unauthorised', true, 'the account is not activated: follow the link in Mailgun’s mail'),
  ],
  [
    /disabled|suspended|business verification|probation/i,
    makeRefusal('unauthorised', true, 'Mailgun has stopped this account or domain: read why in its control panel'),
  ],
  [
    /^free accounts are/i,
    makeRefusal(
      'unauthorised',
      true,
      'a free account sends to authorised recipients only: take a plan at Mailgun, then resume',
    ),
  ],
  // Only some of its servers quote the name; `h:reply-to` also ends in `to`.
  [/(^|\s|')from'? parameter/i, makeRefusal('sender-not-verified', true, 'Mailgun does not accept SENDER_ADDRESS')],
  [/(^|\s|')to'? parameter is not/i, makeRefusal('bad-address', true, 'Mailgun reports an invalid recipient address')],
  // Concerns the domain, whatever text follows.
  [
    /not allowed to send|\bon hold\b/i,
    makeRefusal('unauthorised', true, 'Mailgun does not let MAILGUN_DOMAIN send: read why in its control panel'),
  ],
]

const BY_STATUS: Readonly<Record<number, ProviderRefusal>> = {
  400: makeRefusal('invalid-content', true, 'Mailgun refuses a field of this call'),
  401: makeRefusal('unauthorised', true, 'Mailgun rejects this API key: set MAILGUN_API_KEY to a valid one'),
  402: makeRefusal('unauthorised', true, 'Mailgun waits for a payment: see Billing in its control panel'),
  403: makeRefusal('unauthorised', true, 'this API key may not send from MAILGUN_DOMAIN: create a sending key for it'),
  404: makeRefusal('unauthorised', true, 'Mailgun has no such URL: check MAILGUN_URL and MAILGUN_DOMAIN'),
  405: makeRefusal('unauthorised', true, 'Mailgun has no such URL: check MAILGUN_URL and MAILGUN_DOMAIN'),
  413: makeRefusal('invalid-content', true, 'the call is larger than Mailgun allows'),
  429: makeRefusal('rate-limited', false, 'more calls than Mailgun allows'),
}

/** How long an answer asks to wait: `Retry-After`, or the time in its words, counted from its own clock. */
export function waitOf(headers: Headers, body: string): { retryAfterSeconds?: number } {
  const until = Date.parse(/try again after ([^"]+)"/.exec(body)?.[1] ?? '')
  const now = Date.parse(headers.get('date') ?? '')
  const seconds = Math.ceil((until - now) / 1_000)
  return seconds > 0 ? { retryAfterSeconds: seconds } : readRetryAfter(headers, Date.now())
}

/** Refusal by status and message; undefined if mails may have been accepted. */
export function refusalOf(
  status: number,
  body: string,
  wait: { retryAfterSeconds?: number } = {},
): ProviderRefusal | undefined {
  if (status !== USED_UP && BY_STATUS[status] === undefined) return undefined
  const parsed = said.safeParse(parseJson(body))
  const message = parsed.success ? parsed.data.message : ''
  if (/limit exceeded/i.test(message)) return usedUp(wait)
  const remembered = status === 400 ? rememberedRefusal('Mailgun', message) : undefined
  const worded = remembered ?? WORDS.find(([words]) => words.test(message))?.[1]
  const refusal = worded ?? BY_STATUS[status]
  return refusal && { ...refusal, ...(!refusal.permanent && wait) }
}

/** Refusal for a used-up quota: short waits are retried, longer ones are reported to the organiser. */
const usedUp = (wait: { retryAfterSeconds?: number }): ProviderRefusal =>
  wait.retryAfterSeconds !== undefined && wait.retryAfterSeconds <= WORTH_WAITING_SECONDS
    ? { ...makeRefusal('rate-limited', false, 'the hourly quota of the domain is used up'), ...wait }
    : {
        ...makeRefusal(
          'quota',
          false,
          'the quota of the domain is used up: wait, or ask Mailgun for more, then resume',
        ),
        ...wait,
      }
