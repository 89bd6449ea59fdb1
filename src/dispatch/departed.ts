import type { Email } from '../emails/message.ts'

/** Why somebody must not be written to, the weightier later. */
const REASONS = ['bounced', 'unsubscribed', 'erased', 'complained'] as const
export type SuppressionReason = (typeof REASONS)[number]

/** That somebody left, and when (epoch ms). */
export type Departure = { reason: SuppressionReason; since: number }

/**
 * What stands once somebody leaves who may have left before: the weightier reason, since the latest time. A complaint to the provider
 * is a person's last word: nothing replaces it and no sign-up lifts it.
 */
export function departing(before: Departure | null, { reason, since }: Departure): Departure {
  if (before === null || REASONS.indexOf(before.reason) <= REASONS.indexOf(reason)) return { reason, since }
  return before.reason === 'complained' ? before : { reason: before.reason, since }
}

/** Whether a departure holds against a confirmation link made at `linkIssuedAt` (epoch ms). */
const survives = ({ reason, since }: Departure, linkIssuedAt: number): boolean =>
  reason === 'complained' || since >= linkIssuedAt

/**
 * `left`: they left after the link was made, or complained. `older`: a link made later let them in, so this one changes nothing.
 * `again`: this very link did.
 */
export type Admission = 'first' | 'again' | 'older' | 'left'

/** @param last when the last link that let them in was made, epoch ms; null if none of those that still work did */
export function admission(departure: Departure | null, last: number | null, linkIssuedAt: number): Admission {
  if (departure !== null && survives(departure, linkIssuedAt)) return 'left'
  if (last === null || last < linkIssuedAt) return 'first'
  return last === linkIssuedAt ? 'again' : 'older'
}

/**
 * Whether a letter posted at `postedAt` is no longer to be sent: its reader left since then (the goodbye says so and is sent), or
 * complained, after which nothing is.
 */
export const overtakes = ({ reason, since }: Departure, email: Email, postedAt: number): boolean =>
  reason === 'complained' || (since > postedAt && !(email === 'goodbye' && reason === 'unsubscribed'))
