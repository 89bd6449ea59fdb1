import * as z from 'zod'
import { fromHex, utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import { address, dispatchTag, eventId, KIB, type Provider, readBody } from '../provider.ts'
import { fromSeconds, isHmac, staleness } from '../signature.ts'

/** Seconds of freshness: Mailgun retries for 8 hours (documentation.mailgun.com, webhook-retries), plus one hour. */
const FRESH_SECONDS = 9 * 3_600
/** Maximum bytes of a request: an event is about 2 KB, headers and variables included. */
const MAX_BYTES = 256 * KIB
/** Minimum characters of a signing key; Mailgun's have 32 or more. */
const MIN_KEY_CHARS = 16

/** Schemas of a request (documentation.mailgun.com, webhook-payloads and securing-webhooks). */
const signed = z.object({
  signature: z.object({ timestamp: z.coerce.string(), token: eventId, signature: z.string() }),
  'event-data': z.looseObject({ event: z.string() }),
})
const event = z.object({
  event: z.string(),
  recipient: address,
  timestamp: z.number().positive(),
  severity: z.string().optional(),
  reason: z.string().optional(),
  'delivery-status': z
    .object({
      code: z.number().optional().catch(undefined),
      message: z.string().optional().catch(undefined),
      'enhanced-code': z.string().optional().catch(undefined),
    })
    .optional(),
  'user-variables': z.object({ dispatch: dispatchTag }).optional().catch(undefined),
})
type MailgunEvent = z.infer<typeof event>

/** Verdicts by the reason why Mailgun did not deliver. A complaint in this list was about an earlier mail. */
const BY_REASON: Readonly<Record<string, ReportVerdict>> = {
  'suppress-bounce': VERDICTS.hard,
  'suppress-complaint': VERDICTS.unsubscribed,
  'suppress-unsubscribe': VERDICTS.unsubscribed,
  old: VERDICTS.soft, // given up after 8 hours
  espblock: VERDICTS.refused,
  greylisted: VERDICTS.refused,
}

const verdicts: Readonly<Record<string, (event: MailgunEvent) => ReportVerdict>> = {
  delivered: () => VERDICTS.delivered,
  complained: () => VERDICTS.complained,
  unsubscribed: () => VERDICTS.unsubscribed,
  failed: ({ severity, reason, 'delivery-status': status }) => {
    if (severity !== 'permanent') return VERDICTS.deferred
    const known = lookUp(BY_REASON, reason)
    if (known !== undefined) return known
    const code = status?.code ?? 0
    const answer = status?.['enhanced-code'] || `${code} ${status?.message ?? ''}`
    return VERDICTS[reclassify(code >= 400 && code < 500 ? 'soft' : 'hard', answer)]
  },
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
    const data = read.value['event-data']
    const verdict = lookUp(verdicts, data.event)
    if (verdict === undefined) return [{ id: token, kind: 'noted' }]
    const about = event.safeParse(data)
    if (!about.success) return { refused: 'the body is not an event of Mailgun: see event-data' }
    const { recipient: email, 'user-variables': variables, timestamp: seconds } = about.data
    const dispatch = variables?.dispatch
    const at = Math.round(seconds * 1_000)
    return [{ id: token, ...verdict(about.data), email, ...defined({ dispatch }), at }]
  },
}
