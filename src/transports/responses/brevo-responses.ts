import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import type { Answer } from '../http.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'
import { rememberedRefusal } from './remembered.ts'

export type BrevoAnswer = Exclude<Answer, { lost: string }>

const failed = z.object({ code: z.string(), message: z.string().default('') })

/** Error code and message of a response body; empty strings if the body is not an error. */
export function errorIn(body: string): { code: string; message: string } {
  const parsed = failed.safeParse(parseJson(body))
  return parsed.success ? parsed.data : { code: '', message: '' }
}

/** Refusals by `code`, all before acceptance (developers.brevo.com/docs/how-it-works). */
export const REFUSALS: Readonly<Record<string, ProviderRefusal>> = {
  unauthorized: makeRefusal('unauthorised', true, 'Brevo rejects this API key: set BREVO_API_KEY to an active one'),
  permission_denied: makeRefusal(
    'unauthorised',
    true,
    'Brevo has not activated transactional mail for this account: ask its support',
  ),
  account_under_validation: makeRefusal(
    'unauthorised',
    true,
    'Brevo is still validating this account: finish its profile there',
  ),
  not_enough_credits: makeRefusal(
    'quota',
    false,
    'the account has no credits left: wait until tomorrow or buy more, then resume',
  ),
  too_many_requests: makeRefusal('rate-limited', false, 'more calls than Brevo allows'),
  invalid_parameter: makeRefusal('invalid-content', true, 'Brevo refuses a field of a mail'),
  missing_parameter: makeRefusal('invalid-content', true, 'a field that Brevo needs is missing'),
  out_of_range: makeRefusal('invalid-content', true, 'Brevo refuses the size of a field'),
  bad_request: makeRefusal('invalid-content', true, 'Brevo cannot read the call'),
  unprocessable_entity: makeRefusal('invalid-content', true, 'Brevo refuses a field of a mail'),
  method_not_allowed: makeRefusal('unauthorised', true, 'Brevo has no such URL: check BREVO_URL'),
  document_not_found: makeRefusal('unauthorised', true, 'Brevo has no such URL: check BREVO_URL'),
}

/** Refusal codes by status, for unknown codes. Only statuses that cannot mean that mails were accepted. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  402: 'not_enough_credits',
  403: 'permission_denied',
  404: 'document_not_found',
  405: 'method_not_allowed',
  413: 'out_of_range',
  429: 'too_many_requests',
}

const UNKNOWN_ADDRESS = makeRefusal(
  'unauthorised',
  true,
  'Brevo blocks unknown IP addresses, and a Worker has no fixed one: switch this off under Security, Authorised IPs',
)
const SENDER = makeRefusal(
  'sender-not-verified',
  true,
  'SENDER_ADDRESS is not at a domain that Brevo has authenticated: add its DNS records under Senders, domains',
)
const RECIPIENT = makeRefusal('bad-address', true, 'Brevo reports an invalid recipient address')

/** Codes that can concern any field; only the message names the field. */
const OF_A_FIELD: ReadonlySet<string> = new Set(['', 'invalid_parameter', 'missing_parameter'])
/**
 * Patterns of messages that name a field: at the start, or after “in” at the end. Other messages contain “to” and “sender” too.
 */
const NAMES_SENDER = /^(valid )?sender\b|\b(the|in) sender\b/i
const NAMES_RECIPIENT =
  /^(messageVersions\S*\.)?to((\[|\.)\S+)? (is|are|has|must|should|email|address)\b|\bin (\S+\.)?to\.?$/i

/** Refusal of a call; undefined if mails may have been accepted. */
export function refusalOf({ status, body }: BrevoAnswer): ProviderRefusal | undefined {
  const { code, message } = errorIn(body)
  if (status >= 500) return undefined
  if (status === 401 && /\bIP\b/.test(message)) return UNKNOWN_ADDRESS
  const remembered = status === 400 ? rememberedRefusal('Brevo', message) : undefined
  if (remembered !== undefined) return remembered
  if (status === 400 && OF_A_FIELD.has(code)) {
    if (NAMES_SENDER.test(message)) return SENDER
    if (NAMES_RECIPIENT.test(message)) return RECIPIENT
  }
  return REFUSALS[code] ?? REFUSALS[BY_STATUS[status] ?? '']
}

/**
 * Whether a refusal means that the same call was accepted before: Brevo does not repeat its first response. Other duplicates
 * concern a field of the mail.
 */
export function isTakenAlready({ status, body }: BrevoAnswer): boolean {
  const { code, message } = errorIn(body)
  return status === 400 && code === 'duplicate_parameter' && /idempotency/i.test(message)
}
