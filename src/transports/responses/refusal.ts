import type { RefusalReason } from '../transport.ts'

/** A row of a driver's table of refusals. `detail` says what is wrong and what to do. */
export type ProviderRefusal = { reason: RefusalReason; permanent: boolean; detail: string; retryAfterSeconds?: number }

export const makeRefusal = (reason: RefusalReason, permanent: boolean, detail: string): ProviderRefusal => ({
  reason,
  permanent,
  detail,
})
