import type { RefusalReason, RememberedReason } from '../transport.ts'

/** A row of a driver's table of refusals. `detail` says what is wrong and what to do. */
export type ProviderRefusal = {
  reason: RefusalReason
  permanent: boolean
  detail: string
  retryAfterSeconds?: number
  /** Only with `suppressed`: what the provider remembers of the person. */
  remembered?: RememberedReason
}

export const makeRefusal = (reason: RefusalReason, permanent: boolean, detail: string): ProviderRefusal => ({
  reason,
  permanent,
  detail,
})
