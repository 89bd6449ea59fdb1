import { createPublicKey, createVerify } from 'node:crypto'
import * as z from 'zod'
import { fromBase64 } from '../../kit/bytes.ts'
import { type BounceClass, classifyBounce } from '../bounce-class.ts'
import { type EventTable, fieldOf, idOf, makeReport, readVerdict, withoutEffect } from '../event-table.ts'
import { address, dispatchTag, eventId, readJson, text, time, timeOf } from '../fields.ts'
import { type BatchReader, KIB, type OddEvent, type Provider, type ProviderReport, readBatch } from '../provider.ts'
import { fromSeconds, headersNamed, staleness } from '../signature.ts'
import { lookUp, type ReportVerdict, rememberedVerdict, VERDICTS } from '../verdicts.ts'

/** Seconds of freshness: SendGrid retries for 24 hours (Event Webhook, troubleshooting), plus one hour. */
const FRESH_SECONDS = 25 * 3_600
/** Maximum bytes of a request: SendGrid posts a batch at 768 KB at the latest. */
const MAX_BYTES = 1_024 * KIB

const HEADERS = ['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp'] as const

/** Format of a verification key: uncompressed P-256 point in an X.509 SubjectPublicKeyInfo (RFC 5480 §2), in Base64. */
const P256_SPKI = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$/

/** Schema of an event (twilio.com/docs/sendgrid/for-developers/tracking-events/event). Custom arguments are top-level fields. */
const event = z.object({
  sg_event_id: eventId,
  email: address,
  timestamp: time,
  dispatch: dispatchTag,
  reason: text,
  status: text,
  type: text,
  bounce_classification: text,
})
type SendgridEvent = z.infer<typeof event>

/**
 * Bounce class by `bounce_classification`. All others (such as Content, Reputation, Volume Too High) are refusals of the mail.
 */
const BY_CLASSIFICATION: Readonly<Record<string, BounceClass>> = {
  'invalid address': 'hard',
  'mailbox unavailable': 'soft',
}

/** Verdicts by the reason why SendGrid dropped a mail. Other reasons are content, quotas or request errors, or say what they remember. */
const BY_DROP_REASON: Readonly<Record<string, ReportVerdict>> = {
  'bounced address': VERDICTS.hard,
  invalid: VERDICTS.hard,
  'unsubscribed address': VERDICTS.unsubscribed,
  'spam reporting address': VERDICTS.complainedEarlier,
}

function bounce({ type, status, reason, bounce_classification: named }: SendgridEvent): ReportVerdict {
  if (type === 'expired') return VERDICTS.soft
  const classification = named?.toLowerCase() ?? 'unclassified'
  const classed = lookUp(BY_CLASSIFICATION, classification)
  // SendGrid calls a temporary refusal a block: it continues to send to the address.
  if (type === 'blocked')
    return VERDICTS[classed === undefined ? 'refused' : classifyBounce({ type: 'soft', code: status, text: reason })]
  if (classed === undefined && classification !== 'unclassified') return VERDICTS.refused
  return VERDICTS[classifyBounce({ type: classed ?? 'hard', code: status, text: reason })]
}

/** All documented events. Its settings spell some names differently. */
const EVENTS: EventTable<SendgridEvent> = {
  delivered: () => VERDICTS.delivered,
  deferred: () => VERDICTS.deferred,
  spamreport: () => VERDICTS.complained,
  unsubscribe: () => VERDICTS.unsubscribed,
  groupunsubscribe: () => VERDICTS.unsubscribed,
  dropped: ({ reason }) =>
    lookUp(BY_DROP_REASON, reason?.toLowerCase()) ?? rememberedVerdict(reason) ?? VERDICTS.refused,
  bounce,
  blocked: (about) => bounce({ ...about, type: 'blocked' }),
  ...withoutEffect('processed', 'open', 'click', 'group_resubscribe', 'resubscribe', 'account_status_change'),
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
  events(body, now) {
    const read = readJson(body, 'SendGrid')
    return 'refused' in read ? { ...read, status: 422 } : [read.value].flat().flatMap((one) => reportOf(one, now))
  },
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

/** The report of one event of a batch. An event that cannot be read keeps no other out: a refusal would block the batch for a day. */
function reportOf(one: unknown, now: number): Array<ProviderReport | OddEvent> {
  const read = readVerdict({ name: fieldOf(one, 'event'), table: EVENTS, schema: event }, one)
  if (read === null) return []
  if ('kind' in read) return [read]
  const { sg_event_id, email, dispatch, timestamp } = read.fields
  return [makeReport(read.verdict, { id: idOf(sg_event_id, one), email, at: timeOf(now, timestamp), dispatch })]
}
