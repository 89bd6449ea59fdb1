import * as z from 'zod'
import { concatenate, fromBase64, utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import {
  address,
  dispatchTag,
  eventId,
  isoTime,
  KIB,
  type Provider,
  type ProviderReport,
  readBody,
} from '../provider.ts'
import { fromSeconds, headersNamed, isHmac, staleness } from '../signature.ts'

/** Seconds of freshness: retries end 27 h 35 min 5 s after the first attempt (resend.com/docs/webhooks/retries-and-replays). */
const FRESH_SECONDS = 28 * 3_600
/** Maximum bytes of a request: an event is 1 to 2 KB, subject and tags included. */
const MAX_BYTES = 256 * KIB
/** Minimum bytes of a secret; Svix's have 24. */
const MIN_KEY_BYTES = 16

const PREFIX = 'whsec_'
const HEADERS = ['svix-id', 'svix-timestamp', 'svix-signature'] as const

/** Schema of an event (resend.com/docs/webhooks/emails/*). Other event types are ignored. */
const event = z.object({
  type: z.string(),
  created_at: isoTime,
  data: z.looseObject({}),
})
const mail = z.object({
  to: z.array(address).min(1),
  tags: z.object({ dispatch: dispatchTag }).optional().catch(undefined),
  bounce: z
    .object({ type: z.string().optional(), subType: z.string().optional(), message: z.string().optional() })
    .optional(),
})
type ResendMail = z.infer<typeof mail>

/** Bounce sub-types of SES, passed on by Resend, that reject the mail and say nothing about the mailbox. */
const NOT_THE_MAILBOX = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected'])

const verdicts: Readonly<Record<string, (mail: ResendMail) => ReportVerdict>> = {
  'email.delivered': () => VERDICTS.delivered,
  'email.delivery_delayed': () => VERDICTS.deferred,
  'email.complained': () => VERDICTS.complained,
  'email.suppressed': () => VERDICTS.hard, // on Resend's list after a hard bounce or a complaint
  'email.failed': () => VERDICTS.refused, // a quota, a domain or a blocked address: the reason is free text
  'email.bounced': ({ bounce }) => {
    if (NOT_THE_MAILBOX.has(bounce?.subType ?? '')) return VERDICTS.refused
    return VERDICTS[reclassify(bounce?.type === 'Permanent' ? 'hard' : 'soft', bounce?.message)]
  },
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
    return eventsIn(body, id)
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

function eventsIn(body: Uint8Array, id: string): ProviderReport[] | { refused: string } {
  if (!eventId.safeParse(id).success) return { refused: 'the header svix-id is too long' }
  const read = readBody(event, body, 'Resend')
  if ('refused' in read) return read
  const verdict = lookUp(verdicts, read.value.type)
  if (verdict === undefined) return []
  const about = mail.safeParse(read.value.data)
  if (!about.success) return { refused: 'the body is not an event of Resend: see data' }
  const dispatch = about.data.tags?.dispatch
  return about.data.to.map((email, i) => ({
    id: i === 0 ? id : `${id}/${i}`,
    ...verdict(about.data),
    email,
    ...defined({ dispatch }),
    at: read.value.created_at,
  }))
}
