import type { RefusalReason } from '../transport.ts'

/** What a provider's no means, and for people what to do about it: a row of a driver's tables. */
export type ProviderRefusal = { reason: RefusalReason; permanent: boolean; detail: string; retryAfterSeconds?: number }

export const makeRefusal = (reason: RefusalReason, permanent: boolean, detail: string): ProviderRefusal => ({
  reason,
  permanent,
  detail,
})
