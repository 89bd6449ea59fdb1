import * as z from 'zod'
import { sha256, toHex } from '../../kit/bytes.ts'
import { type BounceClass, classifyBounce } from '../bounce-class.ts'
import { type EventTable, fieldOf, makeReport, readVerdict, withoutEffect } from '../event-table.ts'
import { address, cleanName, code, dispatchTag, eventId, part, readJson, text, time, timeOf } from '../fields.ts'
import { KIB, type Provider, type ReadEvents } from '../provider.ts'
import { secretMissing, sharedSecretFault } from '../signature.ts'
import { lookUp, type ReportVerdict, VERDICTS } from '../verdicts.ts'

/** Maximum bytes of a request: a bounce may include the returned mail, which is below 1 MB. */
const MAX_BYTES = 2_048 * KIB

/** Bounce types by `TypeCode` (postmarkapp.com/developer/api/bounce-api), for an event without `Type`. */
const TYPES: Readonly<Record<string, string>> = {
  '1': 'HardBounce',
  '2': 'Transient',
  '16': 'Unsubscribe',
  '32': 'Subscribe',
  '64': 'AutoResponder',
  '128': 'AddressChange',
  '256': 'DnsError',
  '512': 'SpamNotification',
  '1024': 'OpenRelayTest',
  '2048': 'Unknown',
  '4096': 'SoftBounce',
  '8192': 'VirusNotification',
  '16384': 'ChallengeVerification',
  '100000': 'BadEmailAddress',
  '100001': 'SpamComplaint',
  '100002': 'ManuallyDeactivated',
  '100003': 'Unconfirmed',
  '100006': 'Blocked',
  '100007': 'SMTPApiError',
  '100008': 'InboundError',
  '100009': 'DMARCPolicy',
  '100010': 'TemplateRenderingFailed',
}

/** What each bounce type means. Null: it says nothing about a mail's delivery. */
const BY_TYPE: Readonly<Record<string, ReportVerdict | BounceClass | null>> = {
  HardBounce: 'hard',
  BadEmailAddress: 'hard',
  SoftBounce: 'soft',
  DnsError: 'soft',
  Unknown: 'soft',
  Transient: VERDICTS.deferred,
  Unsubscribe: VERDICTS.unsubscribed,
  SpamComplaint: VERDICTS.complained,
  ManuallyDeactivated: VERDICTS.unsubscribed, // somebody asked Postmark or its user to stop
  SpamNotification: VERDICTS.refused,
  VirusNotification: VERDICTS.refused,
  Blocked: VERDICTS.refused,
  DMARCPolicy: VERDICTS.refused,
  SMTPApiError: VERDICTS.refused,
  TemplateRenderingFailed: VERDICTS.refused,
  ...Object.fromEntries(
    ['Subscribe', 'AutoResponder', 'AddressChange', 'OpenRelayTest', 'ChallengeVerification'].map((type) => [
      type,
      null,
    ]),
  ),
  Unconfirmed: null,
  InboundError: null,
}

/** The bounce type of an event, from outside; undefined if it has none. */
const typeOf = (event: unknown): string | undefined =>
  text.parse(fieldOf(event, 'Type')) ?? lookUp(TYPES, String(code.parse(fieldOf(event, 'TypeCode')) ?? ''))

/**
 * Schema of the fields of all events, in which the address has one of two names
 * (postmarkapp.com/developer/webhooks/{delivery,bounce,spam-complaint,subscription-change}-webhook).
 */
const event = z
  .object({
    MessageID: eventId,
    Metadata: part({ dispatch: dispatchTag }),
    Email: address.optional().catch(undefined),
    Recipient: address.optional().catch(undefined),
    Type: text,
    TypeCode: code,
    Details: text,
    Description: text,
    BouncedAt: time,
    DeliveredAt: time,
    ChangedAt: time,
    SuppressSending: z.boolean().optional().catch(undefined),
    SuppressionReason: text,
    RecordType: text,
  })
  .refine(({ Email, Recipient }) => (Email ?? Recipient) !== undefined, { path: ['Email or Recipient'] })
  .refine(({ RecordType, ...more }) => RecordType !== 'Bounce' || typeOf(more) !== undefined, { path: ['Type'] })
  .refine((one) => one.RecordType !== 'SubscriptionChange' || one.SuppressSending !== undefined, {
    path: ['SuppressSending'],
  })
type PostmarkEvent = z.infer<typeof event>

function bounce(about: PostmarkEvent): ReportVerdict | null {
  const classed = lookUp(BY_TYPE, typeOf(about)) ?? null
  if (typeof classed !== 'string') return classed
  return VERDICTS[classifyBounce({ type: classed, text: about.Details })]
}

/** Verdicts by the reason for which Postmark sends no more. Its complaint is also a separate event, which counts for the dispatch. */
const BY_SUPPRESSION: Readonly<Record<string, ReportVerdict>> = {
  HardBounce: VERDICTS.hard,
  SpamComplaint: VERDICTS.complainedEarlier,
  ManualSuppression: VERDICTS.unsubscribed,
}

/** All documented records, by the key of `RecordType`. */
const EVENTS: EventTable<PostmarkEvent> = {
  delivery: () => VERDICTS.delivered,
  bounce,
  spamcomplaint: () => VERDICTS.complained,
  subscriptionchange: ({ SuppressSending, SuppressionReason }) =>
    SuppressSending ? (lookUp(BY_SUPPRESSION, SuppressionReason) ?? VERDICTS.unsubscribed) : null,
  ...withoutEffect('Open', 'Click', 'Inbound'),
}

/**
 * Events of Postmark. Postmark does not sign, so only the shared secret is checked. The nonce is made of fields that do not
 * change in a retry. `ID` is not used: it exceeds JSON's safe integers.
 */
export const postmark: Provider = {
  name: 'postmark',
  freshSeconds: 0,
  maxBytes: MAX_BYTES,
  secretFault: sharedSecretFault,
  async read({ headers, body }, secret, now) {
    const missing = await secretMissing(headers, secret)
    if (missing !== null) return missing
    const json = readJson(body, 'Postmark')
    if ('refused' in json) return { ...json, status: 422 }
    return eventOf(json.value, toHex(await sha256(body)), now)
  },
}

function eventOf(one: unknown, bodyHash: string, now: number): ReadEvents {
  const name = fieldOf(one, 'RecordType')
  const type = typeOf(one)
  if (name === 'Bounce' && type !== undefined && !Object.hasOwn(BY_TYPE, type))
    return [{ kind: 'unknown', name: cleanName(`Bounce/${type}`) }]
  const read = readVerdict({ name, table: EVENTS, schema: event }, one)
  if (read === null) return []
  if ('kind' in read) return [read]
  const { MessageID, Email, Recipient, Metadata, BouncedAt, DeliveredAt, ChangedAt } = read.fields
  const isChange = name === 'SubscriptionChange'
  const kind = name === 'Delivery' ? 'delivery' : 'bounce'
  const id =
    MessageID === undefined || isChange
      ? `change/${bodyHash}`
      : [kind, MessageID, ...(kind === 'bounce' ? [type ?? name] : [])].join('/')
  const at = timeOf(now, BouncedAt, DeliveredAt, ChangedAt)
  return [makeReport(read.verdict, { id, email: Email ?? Recipient ?? '', at, dispatch: Metadata?.dispatch })]
}
