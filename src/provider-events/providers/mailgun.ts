import * as z from 'zod'
import { fromHex, utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import { address, dispatchTag, eventId, KIB, type Provider, readBody } from '../provider.ts'
import { fromSeconds, isHmac, staleness } from '../signature.ts'

/** Seconds: retries go on for 8 hours (documentation.mailgun.com, webhook-retries); an hour more for the last one under way. */
const FRESH_SECONDS = 9 * 3_600
/** An event is some 2 KB; headers and variables are in it. */
const MAX_BYTES = 256 * KIB
/** Characters: Mailgun's signing keys have 32 and more. */
const MIN_KEY_CHARS = 16

/** documentation.mailgun.com, webhook-payloads and securing-webhooks. */
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

/** Reasons why Mailgun did not try, or no longer does. Those who complained did so about an earlier mail, not about this one. */
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
 * Mailgun signs the time and a token, not the body: whoever holds one genuine request can put other words into it. So the token is
 * the nonce: such a request is of use once at most, and not after the genuine one has come.
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
      return { refused: 'the signature is not of this token and key' }
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
