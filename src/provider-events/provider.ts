import * as z from 'zod'
import { fromUtf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'

/** A provider's word on one mail, as it arrives: the address is in clear and is fingerprinted at once by whoever reads this. */
export type ProviderReport = {
  /** The provider's event id, unique for it: the nonce. It holds no address. */
  id: string
  kind: 'delivered' | 'deferred' | 'bounced' | 'complained' | 'unsubscribed'
  /** Of a bounce: hard. */
  permanent: boolean
  /** Whether it counts against the person. False for too large, content, policy and spam refusals, and for what is no refusal. */
  suppresses: boolean
  email: string
  /** The tag `dispatch` that the transports put into the mail. */
  dispatch?: string
  /** Epoch ms, the event's own time. */
  at: number
}

/** A genuine request about nothing of ours, whose nonce must not serve a second time. */
export type Ignored = { id: string; kind: 'noted' }

/** In words, for the log and the provider's console: no secrets, no address. */
export type ReportRefusal = { refused: string }

export type SignedRequest = { headers: Headers; body: Uint8Array<ArrayBuffer> }

/** `fetchText` fetches https without following redirects and throws for every answer but a 2xx: SNS's certificates and subscriptions. */
export type ProviderDeps = { fetchText(url: string): Promise<string> }

export type Provider = {
  name: string
  /** Seconds for which a signed event is fresh; no shorter than the provider's own retry span. 0 where nothing is signed with a time. */
  freshSeconds: number
  maxBytes: number
  /** What is not genuine is answered 401, unless the provider takes that for final: a wrong secret is mended within its retries. */
  refusedStatus?: 503
  /** Why the secret as set cannot be one, in words; null when it is well-formed. */
  secretFault(secret: string): string | null
  /**
   * The events of a genuine request, or why it is refused.
   * @throws when `fetchText` does: nothing is wrong with the request, and the provider is to send it again.
   */
  read(
    request: SignedRequest,
    secret: string,
    now: number,
    deps: ProviderDeps,
  ): Promise<Array<ProviderReport | Ignored> | ReportRefusal>
}

export const KIB = 1_024

/** Characters: ids of providers have some 20 to 100, SendGrid's the most. */
const MAX_ID_CHARS = 300
/** Characters of RFC 5321's longest address, and some for a display name. */
const MAX_EMAIL_CHARS = 400
/** Characters: a dispatch's id is a UUID. What is longer was not put there by us. */
const MAX_DISPATCH_CHARS = 100

/** Pieces of the providers' schemas. */
export const eventId = z.string().min(1).max(MAX_ID_CHARS)
export const address = z.string().min(3).max(MAX_EMAIL_CHARS)
export const dispatchTag = z.string().min(1).max(MAX_DISPATCH_CHARS).optional().catch(undefined)
/** An ISO 8601 time as epoch ms. */
export const isoTime = z.string().transform((text, context) => {
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  context.addIssue({ code: 'custom', message: 'not a time' })
  return z.NEVER
})

/** A body read by a schema, or a refusal that names the place and never the value, which may be an address. */
export function readBody<T>(schema: z.ZodType<T>, body: Uint8Array, provider: string): { value: T } | ReportRefusal {
  const json = jsonIn(body)
  if (json === undefined) return { refused: `the body is not an event of ${provider}: it is not JSON` }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  const place = parsed.error.issues[0]?.path.join('.') || 'the whole of it'
  return { refused: `the body is not an event of ${provider}: see ${place}` }
}

/** Undefined where the bytes are not UTF-8 or the text is not JSON. */
function jsonIn(body: Uint8Array): unknown {
  try {
    return parseJson(fromUtf8(body))
  } catch {
    return undefined
  }
}
