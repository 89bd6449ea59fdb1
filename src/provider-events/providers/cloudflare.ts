import * as z from 'zod'
import { lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import { address, eventId, isoTime, type ProviderReport } from '../provider.ts'

const PREFIX = 'cf.email.sending.message.'

/** Schema of a queue message (developers.cloudflare.com/email-service/platform/event-subscriptions). */
const message = z.object({
  type: z.string().startsWith(PREFIX),
  payload: z.object({
    eventId,
    recipient: address,
    delivery: z
      .object({ smtpEnhancedStatusCode: z.string().optional(), smtpResponse: z.string().optional() })
      .optional()
      .catch(undefined),
    bounce: z.object({ type: z.string().optional() }).optional(),
  }),
  metadata: z.object({ eventTimestamp: isoTime }),
})
type Payload = z.infer<typeof message>['payload']

const verdicts: Readonly<Record<string, (payload: Payload) => ReportVerdict>> = {
  delivered: () => VERDICTS.delivered,
  deferred: () => VERDICTS.deferred,
  complained: () => VERDICTS.complained,
  failed: () => VERDICTS.refused, // within Cloudflare, before any mail server was contacted
  rejected: () => VERDICTS.refused, // policy, spam, or Cloudflare's suppression list, where a full mailbox stays for a day
  bounced: ({ bounce, delivery }) =>
    VERDICTS[
      reclassify(bounce?.type === 'hard' ? 'hard' : 'soft', delivery?.smtpEnhancedStatusCode || delivery?.smtpResponse)
    ],
}

/**
 * Events of one message from the queue of Cloudflare Email Sending. Empty for other messages, since retrying would not help.
 * Messages are not signed: only the account's own subscriptions write to its queue.
 */
export function readQueueMessage(body: unknown): ProviderReport[] {
  const parsed = message.safeParse(body)
  if (!parsed.success) return []
  const { type, payload, metadata } = parsed.data
  const kind = type.slice(PREFIX.length)
  const verdict = lookUp(verdicts, kind)
  if (verdict === undefined) return []
  return [{ id: payload.eventId, ...verdict(payload), email: payload.recipient, at: metadata.eventTimestamp }]
}
