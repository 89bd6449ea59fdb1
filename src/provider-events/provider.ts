import * as z from 'zod'
import { fromUtf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'

/** A provider's report about one mail. The address is in clear text; readers must fingerprint it at once. */
export type ProviderReport = {
  /** The provider's unique event id, used as nonce. Contains no address. */
  id: string
  kind: 'delivered' | 'deferred' | 'bounced' | 'complained' | 'unsubscribed'
  /** Only for bounces: true if hard. */
  permanent: boolean
  /** Whether the event counts against the person. False for refusals of size, content, policy or spam, and for non-bounces. */
  suppresses: boolean
  email: string
  /** The dispatch id that the driver put into the mail. */
  dispatch?: string
  /** Time of the event, epoch ms. */
  at: number
}

/** A genuine request without an event for Tocsin. Its nonce must still not be accepted twice. */
export type Ignored = { id: string; kind: 'noted' }

/** Reason for refusing a request, for the log and the provider's console. Contains no secret and no address. */
export type ReportRefusal = { refused: string }

export type SignedRequest = { headers: Headers; body: Uint8Array<ArrayBuffer> }

/**
 * Dependencies of providers. `fetchText` fetches SNS certificates and subscriptions over https without redirects; throws unless
 * 2xx.
 */
export type ProviderDeps = { fetchText(url: string): Promise<string> }

/** Events of a request, or why it is refused. */
export type ReadEvents = Array<ProviderReport | Ignored> | ReportRefusal

/**
 * A provider that posts many events at once. A large batch is verified in the request and read in an event inbox, because reading 1,500
 * events takes more CPU than a request may.
 */
export type BatchReader = {
  /** Why the request is not genuine; null if it is. */
  verify(request: SignedRequest, secret: string, now: number): Promise<ReportRefusal | null>
  /** The events of a verified body. */
  events(body: Uint8Array): ReadEvents
}

export type Provider = {
  name: string
  /** Seconds for which a signed event is fresh: at least the provider's retry period. 0 if the provider does not sign a time. */
  freshSeconds: number
  maxBytes: number
  /**
   * Status of a refused request, 401 if absent. 503 for providers that never retry a 4xx: a wrong secret can be corrected in
   * time.
   */
  refusedStatus?: 503
  /** Explains why a configured secret is malformed; null if it is well-formed. */
  secretFault(secret: string): string | null
  /**
   * Verifies a request and returns its events, or why it is refused.
   * @throws when `fetchText` does; the provider should then send the request again.
   */
  read(request: SignedRequest, secret: string, now: number, deps: ProviderDeps): Promise<ReadEvents>
  /** Set for providers that post batches. `read` does both steps. */
  batch?: BatchReader
}

/** Both steps of a batch, for one that is small enough. */
export const readBatch =
  ({ verify, events }: BatchReader): Provider['read'] =>
  async (request, secret, now) =>
    (await verify(request, secret, now)) ?? events(request.body)

export const KIB = 1_024

/** Maximum characters of an event id: providers use 20 to 100. */
const MAX_ID_CHARS = 300
/** Maximum characters of an address: RFC 5321's longest, and some for a display name. */
const MAX_EMAIL_CHARS = 400
/** Maximum characters of a dispatch tag. Tocsin's are UUIDs; longer tags are not from Tocsin. */
const MAX_DISPATCH_CHARS = 100

/** Schema of an event id. */
export const eventId = z.string().min(1).max(MAX_ID_CHARS)
export const address = z.string().min(3).max(MAX_EMAIL_CHARS)
export const dispatchTag = z.string().min(1).max(MAX_DISPATCH_CHARS).optional().catch(undefined)
/** Schema of an ISO 8601 time, as epoch ms. */
export const isoTime = z.string().transform((text, context) => {
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  context.addIssue({ code: 'custom', message: 'expected an ISO 8601 time' })
  return z.NEVER
})

/** Parses a JSON body. A refusal names the field but never its value, which may be an address. */
export function readBody<T>(schema: z.ZodType<T>, body: Uint8Array, provider: string): { value: T } | ReportRefusal {
  const json = jsonIn(body)
  if (json === undefined) return { refused: `the body is not an event of ${provider}: expected JSON` }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  const place = parsed.error.issues[0]?.path.join('.') || 'the top level'
  return { refused: `the body is not an event of ${provider}: see ${place}` }
}

/** Parsed JSON; undefined if the bytes are not UTF-8 or not JSON. */
function jsonIn(body: Uint8Array): unknown {
  try {
    return parseJson(fromUtf8(body))
  } catch {
    return undefined
  }
}
