import { createPublicKey, createVerify } from 'node:crypto'
import * as z from 'zod'
import { fromBase64 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { type BounceClass, lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import {
  address,
  type BatchReader,
  dispatchTag,
  eventId,
  KIB,
  type Provider,
  type ProviderReport,
  readBatch,
  readBody,
} from '../provider.ts'
import { fromSeconds, headersNamed, staleness } from '../signature.ts'

/** Seconds of freshness: SendGrid retries for 24 hours (Event Webhook, troubleshooting), plus one hour. */
const FRESH_SECONDS = 25 * 3_600
/** Maximum bytes of a request: SendGrid posts a batch at 768 KB at the latest. */
const MAX_BYTES = 1_024 * KIB

const HEADERS = ['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp'] as const

/** Format of a verification key: uncompressed P-256 point in an X.509 SubjectPublicKeyInfo (RFC 5480 §2), in Base64. */
const P256_SPKI = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$/

const batch = z.array(z.looseObject({ event: z.string() }))

/** Schema of an event (twilio.com/docs/sendgrid/for-developers/tracking-events/event). Custom arguments are top-level fields. */
const event = z.object({
  event: z.string(),
  sg_event_id: eventId,
  email: address,
  timestamp: z.number().positive(),
  dispatch: dispatchTag,
  reason: z.string().optional(),
  status: z.string().optional(),
  type: z.string().optional(),
  bounce_classification: z.string().optional(),
})
type SendgridEvent = z.infer<typeof event>

/**
 * Bounce class by `bounce_classification`. All others (such as Content, Reputation, Volume Too High) are refusals of the mail.
 */
const BY_CLASSIFICATION: Readonly<Record<string, BounceClass>> = {
  'invalid address': 'hard',
  'mailbox unavailable': 'soft',
}

/** Verdicts by the reason why SendGrid dropped a mail. All other reasons are content, quotas or request errors. */
const BY_DROP_REASON: Readonly<Record<string, ReportVerdict>> = {
  'bounced address': VERDICTS.hard,
  invalid: VERDICTS.hard,
  'unsubscribed address': VERDICTS.unsubscribed,
  'spam reporting address': VERDICTS.unsubscribed, // the complaint was about an earlier mail
}

const verdicts: Readonly<Record<string, (event: SendgridEvent) => ReportVerdict>> = {
  delivered: () => VERDICTS.delivered,
  deferred: () => VERDICTS.deferred,
  spamreport: () => VERDICTS.complained,
  unsubscribe: () => VERDICTS.unsubscribed,
  group_unsubscribe: () => VERDICTS.unsubscribed,
  dropped: ({ reason }) => lookUp(BY_DROP_REASON, reason?.toLowerCase()) ?? VERDICTS.refused,
  bounce: ({ type, status, reason, bounce_classification: named }) => {
    const classification = named?.toLowerCase() ?? 'unclassified'
    const classed = lookUp(BY_CLASSIFICATION, classification)
    if (type === 'expired') return VERDICTS.soft
    // SendGrid calls a temporary refusal a block: it continues to send to the address.
    if (type === 'blocked') return VERDICTS[classed === undefined ? 'refused' : reclassify('soft', status ?? reason)]
    if (classed === undefined && classification !== 'unclassified') return VERDICTS.refused
    return VERDICTS[reclassify(classed ?? 'hard', status ?? reason)]
  },
}

const batchReader: BatchReader = {
  async verify({ headers, body }, secret, now) {
    const named = headersNamed(headers, HEADERS)
    if ('refused' in named) return named
    const timestamp = named['x-twilio-email-event-webhook-timestamp']
    const stale = staleness(fromSeconds(timestamp), now, FRESH_SECONDS)
    if (stale !== null) return stale
    if (!P256_SPKI.test(secret)) return { refused: 'the configured key is not a SendGrid verification key' }
    if (!isSigned(secret, timestamp, body, named['x-twilio-email-event-webhook-signature'])) {
      return { refused: 'the signature does not match the body and key' }
    }
    return null
  },
  events: (body) => eventsIn(body),
}

export const sendgrid: Provider = {
  name: 'sendgrid',
  freshSeconds: FRESH_SECONDS,
  maxBytes: MAX_BYTES,
  secretFault: (secret) =>
    P256_SPKI.test(secret)
      ? null
      : 'must be the verification key of the signed event webhook, which begins with MFkwEwYHKoZI',
  read: readBatch(batchReader),
  batch: batchReader,
}

/** Verifies ECDSA over SHA-256 of time and raw body. Uses Node's crypto, because Web Crypto does not read DER signatures. */
function isSigned(secret: string, timestamp: string, body: Uint8Array, signature: string): boolean {
  const der = fromBase64(signature)
  if (der === null) return false
  try {
    const key = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${secret}\n-----END PUBLIC KEY-----\n`)
    return createVerify('sha256').update(timestamp).update(body).verify(key, der)
  } catch {
    return false // a point that is not on the curve, or a signature that is not DER
  }
}

/**
 * Reports of the readable events of a batch. A refusal would block the whole batch for a day, so only a batch without any is
 * refused.
 */
function eventsIn(body: Uint8Array): ProviderReport[] | { refused: string } {
  const read = readBody(batch, body, 'SendGrid')
  if ('refused' in read) return read
  const ours = read.value.filter(({ event }) => Object.hasOwn(verdicts, event))
  const reports = ours.flatMap((item) => {
    const parsed = event.safeParse(item)
    return parsed.success ? [reportOf(parsed.data)].filter((one) => one !== null) : []
  })
  if (ours.length > 0 && reports.length === 0) return { refused: 'the body is not an event of SendGrid: see 0' }
  return reports
}

function reportOf(of: SendgridEvent): ProviderReport | null {
  const verdict = lookUp(verdicts, of.event)?.(of)
  if (verdict === undefined) return null
  return {
    id: of.sg_event_id,
    ...verdict,
    email: of.email,
    ...defined({ dispatch: of.dispatch }),
    at: Math.round(of.timestamp * 1_000),
  }
}
