import * as z from 'zod'
import { classifyBounce } from '../bounce-class.ts'
import { type EventTable, fieldOf, makeReport, readVerdict, withoutEffect } from '../event-table.ts'
import { address, eventId, listOf, readJson, text, time, timeOf } from '../fields.ts'
import { type BatchReader, KIB, type OddEvent, type Provider, type ProviderReport, readBatch } from '../provider.ts'
import { secretMissing, sharedSecretFault } from '../signature.ts'
import { type ReportVerdict, rememberedVerdict, VERDICTS } from '../verdicts.ts'

/** Maximum bytes of a request: an event is below 2 KB, a batch has at most 100. */
const MAX_BYTES = 256 * KIB

const TAG = 'dispatch:'

/**
 * Schema of an event (developers.brevo.com/docs/transactional-webhooks, marketing-webhooks). Of the times, `ts_epoch` and `ts_event` are
 * in UTC. `id` is the webhook's id.
 */
const event = z.object({
  email: address,
  'message-id': eventId,
  ts_epoch: time,
  ts_event: time,
  ts: time,
  date: time,
  reason: text,
  tags: listOf(z.string()),
  tag: text,
})
type BrevoEvent = z.infer<typeof event>

const bounceOf =
  (type: 'hard' | 'soft') =>
  ({ reason }: BrevoEvent): ReportVerdict =>
    VERDICTS[classifyBounce({ type, text: reason })]

/** Names of all documented events. The pages, the API and the console spell some of them differently. */
const EVENTS: EventTable<BrevoEvent> = {
  delivered: () => VERDICTS.delivered,
  deferred: () => VERDICTS.deferred,
  defered: () => VERDICTS.deferred,
  hardbounce: bounceOf('hard'),
  hardbounced: bounceOf('hard'),
  softbounce: bounceOf('soft'),
  softbounced: bounceOf('soft'),
  invalidemail: () => VERDICTS.hard,
  invalid: () => VERDICTS.hard,
  // On Brevo's blocklist, by the person's wish or for another reason. Without a known reason it says nothing about the person.
  blocked: ({ reason }) => rememberedVerdict(reason) ?? VERDICTS.refused,
  error: () => VERDICTS.refused,
  spam: () => VERDICTS.complained,
  markedasspam: () => VERDICTS.complained,
  complaint: () => VERDICTS.complained,
  complaints: () => VERDICTS.complained,
  unsubscribe: () => VERDICTS.unsubscribed,
  unsubscribed: () => VERDICTS.unsubscribed,
  ...withoutEffect('request', 'sent', 'click', 'clicked', 'open', 'opened', 'first_opening', 'unique_opened'),
  ...withoutEffect('proxy_open', 'unique_proxy_open', 'loaded_by_proxy', 'reply', 'replied', 'inbound_email_processed'),
  ...withoutEffect('list_addition', 'contact_updated', 'contact_deleted', 'unique_coupon_sent', 'coupon_sent'),
}

/** The events of a body: one or, with batching, up to a hundred. One that cannot be read keeps no other out. */
const batchReader: BatchReader = {
  verify: ({ headers }, secret) => secretMissing(headers, secret),
  events(body, now) {
    const read = readJson(body, 'Brevo')
    return 'refused' in read ? { ...read, status: 422 } : [read.value].flat().flatMap((one) => reportOf(one, now))
  },
}

function reportOf(one: unknown, now: number): Array<ProviderReport | OddEvent> {
  const name = fieldOf(one, 'event')
  const read = readVerdict({ name, table: EVENTS, schema: event }, one)
  if (read === null) return []
  if ('kind' in read) return [read]
  const { email, tags, tag, 'message-id': mail, ...times } = read.fields
  const marked = [...(tags?.fit ?? []), tag ?? ''].find((each) => each.startsWith(TAG))
  const at = timeOf(now, times.ts_epoch, times.ts_event, times.ts, times.date)
  // An unsigned event has no id of its own. Its arrival is not part of it, so that a repeated event has the same id.
  const id = mail === undefined ? JSON.stringify(one) : `${name}/${mail}/${at === now ? '' : at}`
  return [makeReport(read.verdict, { id, email, at, dispatch: marked?.slice(TAG.length) || undefined })]
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
