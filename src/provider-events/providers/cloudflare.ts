import * as z from 'zod'
import { classifyBounce } from '../bounce-class.ts'
import { type EventTable, fieldOf, idOf, makeReport, readVerdict } from '../event-table.ts'
import { address, cleanName, eventId, part, text, time, timeOf } from '../fields.ts'
import type { OddEvent, ProviderReport } from '../provider.ts'
import { rememberedVerdict, VERDICTS } from '../verdicts.ts'

const PREFIX = 'cf.email.sending.message.'

/** Schema of a queue message (developers.cloudflare.com/email-service/platform/event-subscriptions). */
const message = z.object({
  payload: z.object({
    eventId,
    recipient: address,
    delivery: part({ smtpEnhancedStatusCode: text, smtpResponse: text }),
    bounce: part({ type: text }),
    rejection: part({ reason: text }),
  }),
  metadata: part({ eventTimestamp: time }),
})
type QueueMessage = z.infer<typeof message>

/** All documented events. */
const EVENTS: EventTable<QueueMessage> = {
  delivered: () => VERDICTS.delivered,
  deferred: () => VERDICTS.deferred,
  complained: () => VERDICTS.complained,
  failed: () => VERDICTS.refused, // within Cloudflare, before any mail server was contacted
  // Policy, spam, or Cloudflare's suppression list, where a full mailbox stays for a day.
  rejected: ({ payload }) => rememberedVerdict(payload.rejection?.reason) ?? VERDICTS.refused,
  bounced: ({ payload: { bounce, delivery } }) =>
    VERDICTS[
      classifyBounce({ type: bounce?.type, code: delivery?.smtpEnhancedStatusCode, text: delivery?.smtpResponse })
    ],
}

/**
 * Events of one message from the queue of Cloudflare Email Sending. Other messages are odd events, since retrying would not help.
 * Messages are not signed: only the account's own subscriptions write to its queue. `now` is the time of arrival, epoch ms.
 */
export function readQueueMessage(body: unknown, now: number): Array<ProviderReport | OddEvent> {
  const type = fieldOf(body, 'type')
  if (typeof type === 'string' && !type.startsWith(PREFIX)) return [{ kind: 'unknown', name: cleanName(type) }]
  const name = typeof type === 'string' ? type.slice(PREFIX.length) : type
  const read = readVerdict({ name, table: EVENTS, schema: message }, body)
  if (read === null) return []
  if ('kind' in read) return [{ ...read, name: typeof type === 'string' ? cleanName(type) : read.name }]
  const { payload, metadata } = read.fields
  const at = timeOf(now, metadata?.eventTimestamp)
  return [
    makeReport(read.verdict, { id: idOf(payload.eventId, body), email: payload.recipient, at, dispatch: undefined }),
  ]
}
