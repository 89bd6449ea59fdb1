import * as z from 'zod'
import { lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import {
  address,
  type BatchReader,
  eventId,
  KIB,
  type Provider,
  type ProviderReport,
  type ReportRefusal,
  readBatch,
  readBody,
} from '../provider.ts'
import { secretMissing, sharedSecretFault } from '../signature.ts'

/** Maximum bytes of a request: an event is below 2 KB, a batch has at most 100. */
const MAX_BYTES = 256 * KIB

const TAG = 'dispatch:'

const named = z.looseObject({ event: z.string() })
/** Body of a request: one event or, with batching, up to a hundred. */
const sent = z.union([named.transform((one) => [one]), z.array(named)])

/** Values of `ts_epoch` below this are seconds: some Brevo accounts send seconds instead of milliseconds. */
const LEAST_MILLISECONDS = 1e11
const inMilliseconds = (epoch: number): number => (epoch < LEAST_MILLISECONDS ? epoch * 1_000 : epoch)

/** Schema of an event (developers.brevo.com/docs/transactional-webhooks). Only `ts_epoch` is in UTC; `id` is the webhook's id. */
const event = z.object({
  event: z.string(),
  email: address,
  'message-id': eventId,
  ts_epoch: z.number().positive().transform(inMilliseconds),
  reason: z.string().optional().catch(undefined),
  tags: z.array(z.string()).optional().catch(undefined),
})
type BrevoEvent = z.infer<typeof event>

const verdicts: Readonly<Record<string, (event: BrevoEvent) => ReportVerdict>> = {
  delivered: () => VERDICTS.delivered,
  deferred: () => VERDICTS.deferred,
  hard_bounce: ({ reason }) => VERDICTS[reclassify('hard', reason)],
  soft_bounce: ({ reason }) => VERDICTS[reclassify('soft', reason)],
  invalid_email: () => VERDICTS.hard,
  blocked: () => VERDICTS.refused, // on Brevo's blocklist; the event does not give the reason
  error: () => VERDICTS.refused,
  spam: () => VERDICTS.complained,
  unsubscribe: () => VERDICTS.unsubscribed,
  unsubscribed: () => VERDICTS.unsubscribed,
}

const batchReader: BatchReader = {
  verify: ({ headers }, secret) => secretMissing(headers, secret),
  events(body) {
    const read = readBody(sent, body, 'Brevo')
    if ('refused' in read) return read
    const reports: ProviderReport[] = []
    let unreadable: ReportRefusal | null = null // a retry would be as unreadable, so the other events of the batch are accepted
    for (const one of read.value) {
      const verdict = lookUp(verdicts, one.event)
      if (verdict === undefined) continue
      const about = event.safeParse(one)
      if (!about.success) {
        unreadable = { refused: `the body is not an event of Brevo: see ${about.error.issues[0]?.path.join('.')}` }
        continue
      }
      const { event: kind, email, 'message-id': mail, ts_epoch: at, tags } = about.data
      const dispatch = tags?.find((tag) => tag.startsWith(TAG))?.slice(TAG.length)
      reports.push({ id: `${kind}/${mail}/${at}`, ...verdict(about.data), email, ...(dispatch && { dispatch }), at })
    }
    return reports.length === 0 && unreadable !== null ? unreadable : reports
  },
}

/** Events of Brevo. Brevo does not sign, so only the shared secret is checked. The nonce is made of mail, kind and time. */
export const brevo: Provider = {
  name: 'brevo',
  freshSeconds: 0,
  maxBytes: MAX_BYTES,
  refusedStatus: 503, // Brevo does not retry a 4xx
  secretFault: sharedSecretFault,
  read: readBatch(batchReader),
  batch: batchReader,
}
