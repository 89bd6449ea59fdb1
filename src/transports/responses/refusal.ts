import type { RefusalReason } from '../transport.ts'

/** What a provider's no means, and for people what to do about it: a row of a driver's tables. */
export type Refusal = { reason: RefusalReason; permanent: boolean; detail: string; retryAfterSeconds?: number }

export const say = (reason: RefusalReason, permanent: boolean, detail: string): Refusal => ({
  reason,
  permanent,
  detail,
})
