import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import type { Answer } from '../http.ts'
import { readRetryAfter } from '../retry-after.ts'
import type { Outcome } from '../transport.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'
import { rememberedRefusal } from './remembered.ts'

export type SendgridAnswer = Exclude<Answer, { lost: string }>

const failed = z.object({
  errors: z.array(z.object({ message: z.string().default(''), field: z.string().nullish() })).min(1),
})

const WORDS: ReadonlyArray<[RegExp, ProviderRefusal]> = [
  [
    /credits exceeded|exceeded your messaging limits/i,
    makeRefusal('quota', false, 'the quota of the account is used up: wait, or take a larger plan, then resume'),
  ],
  [
    /verified sender identity/i,
    makeRefusal(
      'sender-not-verified',
      true,
      'SENDER_ADDRESS is not at a domain that SendGrid has authenticated: add its DNS records under Sender Authentication',
    ),
  ],
  [
    /under review|suspended|disabled|deactivated|not authorized to access/i,
    makeRefusal(
      'unauthorised',
      true,
      'SendGrid holds this account for a review: answer its mail, or write to its support',
    ),
  ],
]

const BY_STATUS: Readonly<Record<number, ProviderRefusal>> = {
  400: makeRefusal('invalid-content', true, 'SendGrid refuses a field of this call'),
  401: makeRefusal('unauthorised', true, 'SendGrid rejects this API key: set SENDGRID_API_KEY to a valid one'),
  403: makeRefusal('unauthorised', true, 'this API key may not send: give it the permission Mail Send'),
  404: makeRefusal('unauthorised', true, 'SendGrid has no such URL: check SENDGRID_URL'),
  405: makeRefusal('unauthorised', true, 'SendGrid has no such URL: check SENDGRID_URL'),
  413: makeRefusal('invalid-content', true, 'the call is larger than the 30 MB that SendGrid allows'),
  415: makeRefusal('invalid-content', true, 'SendGrid cannot read the call'),
  429: makeRefusal('rate-limited', false, 'more calls than SendGrid allows'),
}

const BAD_ADDRESS = makeRefusal('bad-address', true, 'SendGrid reports an invalid recipient address')
const WITH_ANOTHER = makeRefusal(
  'unavailable',
  false,
  'refused with the whole call, because of another recipient’s address',
)

/**
 * Outcomes of a call, one per recipient, or one for the whole call
 * (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors).
 */
export function outcomeOf(answer: SendgridAnswer, people: number): Outcome | Outcome[] {
  if (answer.status === 202) {
    const reference = answer.headers.get('x-message-id')
    return { kind: 'accepted', ...(reference !== null && { reference }) }
  }
  const named = answer.status === 400 ? namedIn(answer.body, people) : null
  if (named !== null) {
    return Array.from({ length: people }, (_, i) => ({
      kind: 'refused',
      ...(named.has(i) ? BAD_ADDRESS : WITH_ANOTHER),
    }))
  }
  const refusal = refusalOf(answer)
  if (refusal === undefined) return { kind: 'unknown', reason: `answered ${answer.status}` }
  return { kind: 'refused', ...refusal, ...(refusal.reason === 'rate-limited' && waitOf(answer.headers)) }
}

/** Refusal of a call; undefined if mails may have been accepted. */
export function refusalOf({ status, body }: SendgridAnswer): ProviderRefusal | undefined {
  const refusal = BY_STATUS[status]
  if (refusal === undefined) return undefined
  const found = failed.safeParse(parseJson(body))
  const message = found.success ? found.data.errors.map((error) => error.message).join('; ') : ''
  const remembered = status === 400 ? rememberedRefusal('SendGrid', message) : undefined
  return remembered ?? WORDS.find(([words]) => words.test(message))?.[1] ?? refusal
}

/** Indexes of recipients whose addresses SendGrid names when it refuses a whole call; null if it names other fields. */
function namedIn(body: string, people: number): ReadonlySet<number> | null {
  const found = failed.safeParse(parseJson(body))
  if (!found.success) return null
  const named = found.data.errors.map(({ field }) =>
    Number(/^personalizations\.(\d+)\.to\b/.exec(field ?? '')?.[1] ?? -1),
  )
  return named.every((index) => index >= 0 && index < people) ? new Set(named) : null
}

/** `X-RateLimit-Reset` is a time, in seconds; it is counted from SendGrid's own clock. */
function waitOf(headers: Headers): { retryAfterSeconds?: number } {
  const now = Date.parse(headers.get('date') ?? '') / 1_000
  const seconds = Math.ceil(Number(headers.get('x-ratelimit-reset')) - now)
  return readRetryAfter(headers, Date.now(), seconds)
}
