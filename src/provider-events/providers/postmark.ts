import * as z from 'zod'
import { sha256, toHex } from '../../kit/bytes.ts'
import { type BounceClass, lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import { address, dispatchTag, eventId, isoTime, KIB, type Provider, readBody } from '../provider.ts'
import { secretMissing, sharedSecretFault } from '../signature.ts'

/** Maximum bytes of a request: a bounce may include the returned mail, which is below 1 MB. */
const MAX_BYTES = 2_048 * KIB

const record = z.looseObject({ RecordType: z.string() })
const shared = { MessageID: eventId, Metadata: z.object({ dispatch: dispatchTag }).optional().catch(undefined) }

/** Schemas of requests (postmarkapp.com/developer/webhooks/{delivery,bounce,spam-complaint,subscription-change}-webhook). */
const delivery = z.object({ ...shared, Recipient: address, DeliveredAt: isoTime })
const bounce = z.object({
  ...shared,
  Type: z.string().max(100),
  Email: address,
  BouncedAt: isoTime,
  Details: z.string().optional().catch(undefined),
})
const change = z.object({
  ...shared,
  MessageID: z.string().optional().catch(undefined),
  Recipient: address,
  ChangedAt: isoTime,
  SuppressSending: z.boolean(),
  SuppressionReason: z.string().nullish(),
})

/** Verdicts by bounce type (postmarkapp.com/developer/api/bounce-api). Other types say nothing about a mail's delivery. */
const BY_TYPE: Readonly<Record<string, ReportVerdict | BounceClass>> = {
  HardBounce: 'hard',
  BadEmailAddress: 'hard',
  SoftBounce: 'soft',
  DnsError: 'soft',
  Unknown: 'soft',
  Transient: VERDICTS.deferred,
  Unsubscribe: VERDICTS.unsubscribed,
  SpamComplaint: VERDICTS.complained,
  SpamNotification: VERDICTS.refused,
  VirusNotification: VERDICTS.refused,
  Blocked: VERDICTS.refused,
  DMARCPolicy: VERDICTS.refused,
  ManuallyDeactivated: VERDICTS.refused,
  SMTPApiError: VERDICTS.refused,
  TemplateRenderingFailed: VERDICTS.refused,
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
  async read({ headers, body }, secret) {
    const missing = await secretMissing(headers, secret)
    if (missing !== null) return missing
    const read = readBody(record, body, 'Postmark')
    if ('refused' in read) return read
    const type = read.value.RecordType
    if (type === 'Delivery') {
      const about = readBody(delivery, body, 'Postmark')
      if ('refused' in about) return about
      const { MessageID, Recipient, DeliveredAt, Metadata } = about.value
      return [
        { id: `delivery/${MessageID}`, ...VERDICTS.delivered, email: Recipient, ...tagged(Metadata), at: DeliveredAt },
      ]
    }
    if (type === 'Bounce' || type === 'SpamComplaint') {
      const about = readBody(bounce, body, 'Postmark')
      if ('refused' in about) return about
      const { MessageID, Type, Email, BouncedAt, Details, Metadata } = about.value
      const classed = type === 'SpamComplaint' ? VERDICTS.complained : lookUp(BY_TYPE, Type)
      if (classed === undefined) return []
      const verdict = typeof classed === 'string' ? VERDICTS[reclassify(classed, Details)] : classed
      return [{ id: `bounce/${MessageID}/${Type}`, ...verdict, email: Email, ...tagged(Metadata), at: BouncedAt }]
    }
    if (type === 'SubscriptionChange') {
      const about = readBody(change, body, 'Postmark')
      if ('refused' in about) return about
      const { SuppressSending, SuppressionReason, Recipient, ChangedAt, Metadata } = about.value
      // HardBounce and SpamComplaint also come as separate events and would be counted twice.
      if (!SuppressSending || SuppressionReason !== 'ManualSuppression') return []
      const id = `change/${toHex(await sha256(body))}`
      return [{ id, ...VERDICTS.unsubscribed, email: Recipient, ...tagged(Metadata), at: ChangedAt }]
    }
    return []
  },
}

const tagged = (metadata: { dispatch?: string | undefined } | undefined) =>
  metadata?.dispatch === undefined ? {} : { dispatch: metadata.dispatch }
