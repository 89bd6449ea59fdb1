/** A provider's report about one mail. The address is in clear text; readers must fingerprint it at once. */
export type ProviderReport = {
  /** The provider's unique event id, used as nonce, or the event's text where it has none. Hashed at once, like the address. */
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

/**
 * A genuine event without effect that organisers must know of: its name is `unknown`, or it is `unreadable`, because a field that Tocsin
 * needs is missing at `place`. Neither holds personal data.
 */
export type OddEvent = { kind: 'unknown'; name: string } | { kind: 'unreadable'; name: string; place: string }

/**
 * Reason for refusing a request, for the log and the provider's console. Contains no secret and no address. `status`: the answer, if the
 * request is genuine.
 */
export type ReportRefusal = { refused: string; status?: 422 }

/** Events of a request, or why it is refused. */
export type ReadEvents = Array<ProviderReport | Ignored | OddEvent> | ReportRefusal

export const isOdd = (one: ProviderReport | Ignored | OddEvent): one is OddEvent =>
  one.kind === 'unknown' || one.kind === 'unreadable'

export type SignedRequest = { headers: Headers; body: Uint8Array<ArrayBuffer> }

/**
 * Dependencies of providers. `fetchText` fetches SNS certificates and subscriptions over https without redirects; throws unless
 * 2xx.
 */
export type ProviderDeps = { fetchText(url: string): Promise<string> }

/**
 * A provider that posts many events at once. A large batch is verified in the request and read in an event inbox, because reading 1,500
 * events takes more CPU than a request may.
 */
export type BatchReader = {
  /** Why the request is not genuine; null if it is. */
  verify(request: SignedRequest, secret: string, now: number): Promise<ReportRefusal | null>
  /** The events of a verified body. `now` is the time of arrival, epoch ms. */
  events(body: Uint8Array, now: number): ReadEvents
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
    (await verify(request, secret, now)) ?? events(request.body, now)

export const KIB = 1_024
