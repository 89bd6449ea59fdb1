import * as z from 'zod'
import { fromHex, utf8 } from '../../kit/bytes.ts'
import { classifyBounce } from '../bounce-class.ts'
import { type EventTable, makeReport, readVerdict, withoutEffect } from '../event-table.ts'
import { address, code, dispatchTag, part, readBody, text, time, timeOf } from '../fields.ts'
import { KIB, type Provider, type ReadEvents } from '../provider.ts'
import { fromSeconds, isHmac, staleness } from '../signature.ts'
import { lookUp, type ReportVerdict, rememberedVerdict, VERDICTS } from '../verdicts.ts'

/** Seconds of freshness: Mailgun retries for 8 hours (documentation.mailgun.com, webhook-retries), plus one hour. */
const FRESH_SECONDS = 9 * 3_600
/** Maximum bytes of a request: an event is about 2 KB, headers and variables included. */
const MAX_BYTES = 256 * KIB
/** Minimum characters of a signing key; Mailgun's have 32 or more. */
const MIN_KEY_CHARS = 16
/** Maximum characters of a token; Mailgun's have 50. */
const MAX_TOKEN_CHARS = 300

/** Schemas of a request (documentation.mailgun.com, webhook-payloads and securing-webhooks). */
const signed = z.object({
  signature: z.object({
    timestamp: z.coerce.string(),
    token: z.string().min(1).max(MAX_TOKEN_CHARS),
    signature: z.string(),
  }),
  'event-data': z.unknown().optional(),
})
const named = z.object({ event: text }).catch({ event: undefined })
const event = z.object({
  recipient: address,
  timestamp: time,
  severity: text,
  reason: text,
  'delivery-status': part({ code, message: text, description: text, 'enhanced-code': text }),
  'user-variables': part({ dispatch: dispatchTag }),
})
type MailgunEvent = z.infer<typeof event>

/** Verdicts by the reason why Mailgun did not deliver. A complaint in this list was about an earlier mail. */
const BY_REASON: Readonly<Record<string, ReportVerdict>> = {
  'suppress-bounce': VERDICTS.hard,
  'suppress-complaint': VERDICTS.complainedEarlier,
  'suppress-unsubscribe': VERDICTS.unsubscribed,
  old: VERDICTS.soft, // given up after 8 hours
  espblock: VERDICTS.refused,
  greylisted: VERDICTS.refused,
}
/** Mailgun's own codes for addresses on its suppression lists, which no mail server sends. */
const BY_CODE: Readonly<Record<string, ReportVerdict>> = {
  '605': VERDICTS.hard,
  '606': VERDICTS.unsubscribed,
  '607': VERDICTS.complainedEarlier,
}

function failure({ severity, reason, 'delivery-status': status }: MailgunEvent): ReportVerdict {
  const number = String(status?.code ?? '')
  const words = status?.message || status?.description
  const known = lookUp(BY_REASON, reason) ?? lookUp(BY_CODE, number)
  // A suppression is final, whatever the severity: Mailgun does not try such an address again.
  if (known !== undefined && (known.suppresses || severity === 'permanent') && reason !== 'old') return known
  if (/^6\d\d$/.test(number) && rememberedVerdict(words) !== null) return rememberedVerdict(words) ?? VERDICTS.hard
  const isPermanent = severity === 'permanent' || (severity !== 'temporary' && /^[56]/.test(number))
  if (!isPermanent) return VERDICTS.deferred
  if (known !== undefined) return known
  const type = /^4/.test(number) ? 'soft' : 'hard'
  return VERDICTS[classifyBounce({ type, code: status?.['enhanced-code'] || number, text: words })]
}

/** All documented events, and the names of their webhooks. */
const EVENTS: EventTable<MailgunEvent> = {
  delivered: () => VERDICTS.delivered,
  complained: () => VERDICTS.complained,
  unsubscribed: () => VERDICTS.unsubscribed,
  rejected: () => VERDICTS.refused, // by Mailgun, before any mail server was contacted
  failed: failure,
  permanentfail: (about) => failure({ ...about, severity: 'permanent' }),
  temporaryfail: (about) => failure({ ...about, severity: 'temporary' }),
  ...withoutEffect('accepted', 'opened', 'clicked', 'stored', 'email_validation'),
  ...withoutEffect('list_member_uploaded', 'list_member_upload_error', 'list_uploaded'),
}

/**
 * Events of Mailgun. The signature covers time and token but not the body, so a captured request could be altered. The token is
 * the nonce: an altered request works once at most, and never after the genuine one.
 */
export const mailgun: Provider = {
  name: 'mailgun',
  freshSeconds: FRESH_SECONDS,
  maxBytes: MAX_BYTES,
  secretFault: (secret) =>
    /^[!-~]+$/.test(secret) && secret.length >= MIN_KEY_CHARS
      ? null
      : 'must be the HTTP webhook signing key of the account',
  async read({ body }, secret, now) {
    const read = readBody(signed, body, 'Mailgun')
    if ('refused' in read) return read
    const { timestamp, token, signature } = read.value.signature
    const stale = staleness(fromSeconds(timestamp), now, FRESH_SECONDS)
    if (stale !== null) return stale
    const bytes = fromHex(signature.toLowerCase())
    if (secret === '' || bytes === null || !(await isHmac(utf8(secret), utf8(timestamp + token), bytes))) {
      return { refused: 'the signature does not match the token and key' }
    }
    return eventOf(read.value['event-data'], token, now)
  },
}

/** The event of a verified request. Its token is used up, unless the event is unreadable and may be sent again. */
function eventOf(data: unknown, token: string, now: number): ReadEvents {
  const { event: name } = named.parse(data)
  const read = readVerdict({ name, table: EVENTS, schema: event }, data)
  if (read === null) return [{ id: token, kind: 'noted' }]
  if ('kind' in read) return read.kind === 'unknown' ? [{ id: token, kind: 'noted' }, read] : [read]
  const { recipient: email, 'user-variables': variables, timestamp } = read.fields
  return [makeReport(read.verdict, { id: token, email, at: timeOf(now, timestamp), dispatch: variables?.dispatch })]
}
