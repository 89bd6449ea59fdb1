import * as z from 'zod'
import { concatenate, fromBase64, utf8 } from '../../kit/bytes.ts'
import { classifyBounce } from '../bounce-class.ts'
import { type EventTable, fieldOf, makeReport, readVerdict, withoutEffect } from '../event-table.ts'
import { address, cleanName, dispatchTag, listOf, part, readJson, text, time, timeOf } from '../fields.ts'
import { KIB, type Provider, type ReadEvents } from '../provider.ts'
import { fromSeconds, headersNamed, isHmac, staleness } from '../signature.ts'
import { type ReportVerdict, rememberedVerdict, VERDICTS } from '../verdicts.ts'

/** Seconds of freshness: retries end 27 h 35 min 5 s after the first attempt (resend.com/docs/webhooks/retries-and-replays). */
const FRESH_SECONDS = 28 * 3_600
/** Maximum bytes of a request: an event is 1 to 2 KB, subject and tags included. */
const MAX_BYTES = 256 * KIB
/** Minimum bytes of a secret; Svix's have 24. */
const MIN_KEY_BYTES = 16
/** Maximum characters of `svix-id`; Svix's have 31. */
const MAX_ID_CHARS = 300

const PREFIX = 'whsec_'
const HEADERS = ['svix-id', 'svix-timestamp', 'svix-signature'] as const

/** Schema of an event (resend.com/docs/webhooks): about a mail, or about one address on a list of the account. */
const event = z.object({
  created_at: time,
  data: z
    .object({
      to: z.union([address.transform((one) => ({ fit: [one], unfit: 0 })), listOf(address)]),
      email: address.optional().catch(undefined),
      tags: part({ dispatch: dispatchTag }),
      bounce: part({ type: text, subType: text, message: text }),
      suppressed: part({ type: text, reason: text, message: text }),
      origin: text,
      reason: text,
      unsubscribed: z.boolean().optional().catch(undefined),
    })
    .refine(({ to, email }) => (to?.fit.length ?? 0) > 0 || email !== undefined, { path: ['to'] }),
})
type ResendEvent = z.infer<typeof event>

/** Bounce sub-types of SES, passed on by Resend, that reject the mail and say nothing about the mailbox. */
const NOT_THE_MAILBOX = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected'])

/** What Resend says about an address on its suppression list; after a hard bounce it may say nothing more. */
function suppressed({ data: { suppressed: own, bounce, origin, reason } }: ResendEvent): ReportVerdict {
  const words = [own?.type, own?.reason, own?.message, origin, reason, bounce?.message].filter(
    (one) => one !== undefined,
  )
  return rememberedVerdict(words.join('; ')) ?? VERDICTS.hard
}

const contact = ({ data }: ResendEvent): ReportVerdict | null => (data.unsubscribed ? VERDICTS.unsubscribed : null)

/** All documented events. */
const EVENTS: EventTable<ResendEvent> = {
  'email.delivered': () => VERDICTS.delivered,
  'email.deliverydelayed': () => VERDICTS.deferred,
  'email.complained': () => VERDICTS.complained,
  'email.suppressed': suppressed,
  'email.failed': () => VERDICTS.refused, // a quota, a domain or a blocked address: the reason is free text
  'email.bounced': ({ data: { bounce } }) => {
    if (NOT_THE_MAILBOX.has(bounce?.subType ?? '')) return VERDICTS.refused
    return VERDICTS[classifyBounce({ type: bounce?.type, text: bounce?.message })]
  },
  'suppression.added': suppressed,
  'contact.created': contact,
  'contact.updated': contact,
  ...withoutEffect('email.sent', 'email.scheduled', 'email.opened', 'email.clicked', 'email.received'),
  ...withoutEffect('contact.deleted', 'suppression.removed', 'domain.created', 'domain.updated', 'domain.deleted'),
}

const keyOf = (secret: string): Uint8Array<ArrayBuffer> | null =>
  secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : null

/**
 * Events of Resend, signed by Svix (docs.svix.com/receiving/verifying-payloads/how-manual). One event per request; its nonce is
 * `svix-id`.
 */
export const resend: Provider = {
  name: 'resend',
  freshSeconds: FRESH_SECONDS,
  maxBytes: MAX_BYTES,
  secretFault: (secret) =>
    (keyOf(secret)?.length ?? 0) >= MIN_KEY_BYTES
      ? null
      : 'must be the signing secret of the webhook, which begins with whsec_',
  async read({ headers, body }, secret, now) {
    const named = headersNamed(headers, HEADERS)
    if ('refused' in named) return named
    const id = named['svix-id']
    const stale = staleness(fromSeconds(named['svix-timestamp']), now, FRESH_SECONDS)
    if (stale !== null) return stale
    const key = keyOf(secret)
    if (key === null || key.length === 0) return { refused: 'the configured secret is not a whsec_ secret' }
    const message = concatenate([utf8(`${id}.${named['svix-timestamp']}.`), body])
    if (!(await isAnyHmac(key, message, named['svix-signature'])))
      return { refused: 'no signature matches the body and secret' }
    return eventsIn(body, id, now)
  },
}

/** Whether any listed signature matches. During a rotation Svix sends one per secret: `v1,<Base64> v1,<Base64>`. */
async function isAnyHmac(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  listed: string,
): Promise<boolean> {
  for (const item of listed.split(' ')) {
    const signature = item.startsWith('v1,') ? fromBase64(item.slice(3)) : null
    if (signature !== null && (await isHmac(key, message, signature))) return true
  }
  return false
}

/** The events of a verified body: one for each recipient of the mail. */
function eventsIn(body: Uint8Array, id: string, now: number): ReadEvents {
  if (id.length > MAX_ID_CHARS) return { refused: 'the header svix-id is too long' }
  const json = readJson(body, 'Resend')
  if ('refused' in json) return { ...json, status: 422 }
  const name = fieldOf(json.value, 'type')
  const read = readVerdict({ name, table: EVENTS, schema: event }, json.value)
  if (read === null) return []
  if ('kind' in read) return [read]
  const { created_at, data } = read.fields
  const at = timeOf(now, created_at)
  const people = data.to?.fit.length ? data.to.fit : [data.email ?? '']
  const reports: ReadEvents = people.map((email, i) =>
    makeReport(read.verdict, { id: i === 0 ? id : `${id}/${i}`, email, at, dispatch: data.tags?.dispatch }),
  )
  if (data.to !== undefined && data.to.unfit > 0)
    reports.push({ kind: 'unreadable', name: cleanName(String(name)), place: 'data.to' })
  return reports
}
