import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import { readRetryAfter } from '../retry-after.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'

/**
 * What Mailgun answers instead of taking a call (documentation.mailgun.com, API response codes). It tells cases apart in words only;
 * these are as its users report them.
 */

/** What Mailgun answers, besides 429, when an allowance is used up. */
const USED_UP = 420
/** Seconds up to which a used-up allowance is waited for; a longer one is told to the organiser. */
const WORTH_WAITING_SECONDS = 3_600

const said = z.object({ message: z.string() })

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
    makeRefusal('unauthorised', true, 'the account waits for activation: follow the link Mailgun has mailed'),
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
      'a free account writes to authorised recipients only: take a plan at Mailgun, then resume',
    ),
  ],
  // Quoted by some of its servers and not by others; `h:reply-to` ends in a `to` of its own.
  [/(^|\s|')from'? parameter/i, makeRefusal('sender-not-verified', true, 'SENDER_ADDRESS is not one Mailgun accepts')],
  [
    /(^|\s|')to'? parameter is not/i,
    makeRefusal('bad-address', true, 'Mailgun finds the address of a recipient invalid'),
  ],
  // Whatever comes after it, it is the domain and nobody's mail.
  [
    /not allowed to send|\bon hold\b/i,
    makeRefusal('unauthorised', true, 'Mailgun does not let MAILGUN_DOMAIN send: read why in its control panel'),
  ],
]

const BY_STATUS: Readonly<Record<number, ProviderRefusal>> = {
  400: makeRefusal('invalid-content', true, 'Mailgun refuses a field of this call'),
  401: makeRefusal(
    'unauthorised',
    true,
    'Mailgun does not know this API key: set MAILGUN_API_KEY to one that is valid',
  ),
  402: makeRefusal('unauthorised', true, 'Mailgun waits for a payment: see Billing in its control panel'),
  403: makeRefusal('unauthorised', true, 'this API key may not send from MAILGUN_DOMAIN: make a sending key for it'),
  404: makeRefusal('unauthorised', true, 'Mailgun has no such address: check MAILGUN_URL and MAILGUN_DOMAIN'),
  405: makeRefusal('unauthorised', true, 'Mailgun has no such address: check MAILGUN_URL and MAILGUN_DOMAIN'),
  413: makeRefusal('invalid-content', true, 'the call is larger than Mailgun takes'),
  429: makeRefusal('rate-limited', false, 'more calls than Mailgun allows'),
}

/** How long an answer asks to wait: `Retry-After`, or the time in its words, counted from its own clock. */
export function waitOf(headers: Headers, body: string): { retryAfterSeconds?: number } {
  const until = Date.parse(/try again after ([^"]+)"/.exec(body)?.[1] ?? '')
  const now = Date.parse(headers.get('date') ?? '')
  const seconds = Math.ceil((until - now) / 1_000)
  return seconds > 0 ? { retryAfterSeconds: seconds } : readRetryAfter(headers)
}

/** Undefined where nobody can tell whether mails were taken. */
export function refusalOf(
  status: number,
  body: string,
  wait: { retryAfterSeconds?: number } = {},
): ProviderRefusal | undefined {
  if (status !== USED_UP && BY_STATUS[status] === undefined) return undefined
  const parsed = said.safeParse(parseJson(body))
  const message = parsed.success ? parsed.data.message : ''
  if (/limit exceeded/i.test(message)) return usedUp(wait)
  const worded = WORDS.find(([words]) => words.test(message))?.[1]
  const refusal = worded ?? BY_STATUS[status]
  return refusal && { ...refusal, ...(!refusal.permanent && wait) }
}

/** The hour's allowance comes back by itself, the day's and the month's are told of. */
const usedUp = (wait: { retryAfterSeconds?: number }): ProviderRefusal =>
  wait.retryAfterSeconds !== undefined && wait.retryAfterSeconds <= WORTH_WAITING_SECONDS
    ? { ...makeRefusal('rate-limited', false, 'the domain’s allowance for now is used up'), ...wait }
    : {
        ...makeRefusal('quota', false, 'the domain’s allowance is used up: wait, or ask Mailgun for more, then resume'),
        ...wait,
      }
