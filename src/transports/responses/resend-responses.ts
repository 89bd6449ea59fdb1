import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import type { Answer } from '../http.ts'
import { readRetryAfter } from '../retry-after.ts'
import type { Outcome } from '../transport.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'
import { rememberedRefusal } from './remembered.ts'

const failed = z.object({ name: z.string().default(''), message: z.string().default('') })

/** The recipient of a mail is not a valid address. */
export const INVALID: Outcome = {
  kind: 'refused',
  permanent: true,
  reason: 'bad-address',
  detail: 'the provider reports an invalid mail',
}

export type ResendAnswer = Exclude<Answer, { lost: string }>

/** Refusals by `name`, all before acceptance (resend.com/docs/api-reference/errors). */
const REFUSALS: Readonly<Record<string, ProviderRefusal>> = {
  missing_api_key: makeRefusal('unauthorised', true, 'Resend received no API key: set RESEND_API_KEY'),
  invalid_api_key: makeRefusal('unauthorised', true, 'Resend rejects this API key: set RESEND_API_KEY to a valid one'),
  restricted_api_key: makeRefusal(
    'unauthorised',
    true,
    'this API key may not send from this domain: create one with sending access',
  ),
  suspended_api_key: makeRefusal('unauthorised', true, 'this API key is suspended: write to Resend'),
  security_error: makeRefusal('unauthorised', true, 'Resend holds this account for a security check: write to Resend'),
  daily_quota_exceeded: makeRefusal(
    'quota',
    false,
    'the daily quota of the account is used up: resume tomorrow, or take a larger plan',
  ),
  monthly_quota_exceeded: makeRefusal(
    'quota',
    false,
    'the monthly quota of the account is used up: take a larger plan, then resume',
  ),
  rate_limit_exceeded: makeRefusal('rate-limited', false, 'more calls in a second than the account allows'),
  resource_locked: makeRefusal('rate-limited', false, 'the account is busy'),
  invalid_from_address: makeRefusal('sender-not-verified', true, 'SENDER_ADDRESS is not one Resend accepts'),
  invalid_region: makeRefusal('sender-not-verified', true, 'the domain is in another region of Resend'),
  invalid_access: makeRefusal('unauthorised', true, 'this API key may not do this'),
  invalid_parameter: makeRefusal('invalid-content', true, 'Resend refuses a field of a mail'),
  invalid_attachment: makeRefusal('invalid-content', true, 'Resend refuses an attachment'),
  missing_required_field: makeRefusal('invalid-content', true, 'a field that Resend needs is missing'),
  missing_required_fields: makeRefusal('invalid-content', true, 'a field that Resend needs is missing'),
  validation_error: makeRefusal('invalid-content', true, 'Resend refuses a mail of this call'),
  invalid_idempotency_key: makeRefusal('invalid-content', true, 'Resend refuses the idempotency key'),
  not_found: makeRefusal('unauthorised', true, 'Resend has no such URL: check RESEND_URL'),
  method_not_allowed: makeRefusal('unauthorised', true, 'Resend has no such URL: check RESEND_URL'),
}

/** Refusal names by status, for unknown names. Only statuses that cannot mean that mails were accepted. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'validation_error',
  401: 'invalid_api_key',
  403: 'invalid_access',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'validation_error',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
  451: 'security_error',
}

/** The outcome of a call that Resend did not accept. Unknown where the answer does not say that nothing was accepted. */
export function readRefusal({ status, body, headers }: ResendAnswer): Outcome {
  const parsed = failed.safeParse(parseJson(body))
  const { name, message } = parsed.success ? parsed.data : { name: '', message: '' }
  // The key is used by a concurrent call or was used with other bytes; either call may have been accepted.
  if (status >= 500 || name.endsWith('idempotent_request') || name.endsWith('idempotent_requests')) {
    return { kind: 'unknown', reason: `answered ${status} ${name}`.trim() }
  }
  if (status === 403 && /domain/.test(message) && /not verified|verify/.test(message)) {
    return {
      kind: 'refused',
      permanent: true,
      reason: 'sender-not-verified',
      detail: 'the domain of SENDER_ADDRESS is not verified at Resend: add its DNS records there',
    }
  }
  if (status === 422 && message.startsWith('Invalid `to` field')) return INVALID // response to a single mail
  const refusal = rememberedBy(status, message) ?? REFUSALS[name] ?? REFUSALS[BY_STATUS[status] ?? '']
  if (refusal === undefined) return { kind: 'unknown', reason: `answered ${status} ${name}`.trim() }
  return { kind: 'refused', ...refusal, ...readRetryAfter(headers, Date.now()) }
}

/** The refusal of a mail to somebody on Resend's suppression list, if the answer says so. */
const rememberedBy = (status: number, message: string): ProviderRefusal | undefined =>
  [400, 403, 422].includes(status) ? rememberedRefusal('Resend', message) : undefined
