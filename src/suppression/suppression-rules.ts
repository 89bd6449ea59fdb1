import * as z from 'zod'
import type { Email } from '../emails/message.ts'
import { LIFETIME_MS } from '../security/token.ts'
import type { ProviderEvent } from './provider-event.ts'

/** Why somebody must not be written to, the weightier later. */
const REASONS = ['bounced', 'unsubscribed', 'erased', 'complained'] as const
export type SuppressionReason = (typeof REASONS)[number]

/** That somebody left, and when (epoch ms). */
export const suppressionRecord = z.object({ reason: z.enum(REASONS), since: z.number() })
export type SuppressionRecord = z.infer<typeof suppressionRecord>

/**
 * What stands once somebody leaves who may have left before: the weightier reason, since the latest time. A complaint to the provider
 * is a person's last word: nothing replaces it and no sign-up lifts it.
 */
export function mergeSuppressions(
  before: SuppressionRecord | null,
  { reason, since }: SuppressionRecord,
): SuppressionRecord {
  if (before === null) return { reason, since }
  const later = Math.max(before.since, since) // a provider's event may come in long after it happened
  if (before.reason === 'complained') return reason === 'complained' ? { reason, since: later } : before
  if (reason === 'complained') return { reason, since }
  const isWeightier = REASONS.indexOf(before.reason) <= REASONS.indexOf(reason)
  return { reason: isWeightier ? reason : before.reason, since: later }
}

/**
 * Milliseconds for which a bounce counts: as long as it is known by which link somebody came in, so that an old one does not undo a
 * later sign-up. An address that is still bad bounces again.
 */
export const BOUNCE_COUNTS_MS = LIFETIME_MS.confirm

/**
 * The reason for which an event takes its person off the list at once. Null if it does not: soft bounces are counted, and a mail that
 * was refused for itself says nothing of the address.
 */
export function reasonOf({ kind, permanence, at }: ProviderEvent, now: number): SuppressionReason | null {
  if (kind === 'complained' || kind === 'unsubscribed') return kind
  return kind === 'bounced' && permanence === 'hard' && at >= now - BOUNCE_COUNTS_MS ? 'bounced' : null
}

/** Whether somebody signed up after this happened, by a link they asked for at `askedAt` (epoch ms; null: not lately). */
export const isOutdated = ({ kind, at }: ProviderEvent, askedAt: number | null): boolean =>
  kind !== 'complained' && askedAt !== null && at < askedAt

/** Whether a departure holds against a confirmation link made at `linkIssuedAt` (epoch ms). */
const outlastsLink = ({ reason, since }: SuppressionRecord, linkIssuedAt: number): boolean =>
  reason === 'complained' || since >= linkIssuedAt

/**
 * `left`: they left after the link was made, or complained. `older`: a link made later let them in, so this one changes nothing.
 * `again`: this very link did.
 */
export type AdmissionOutcome = 'first' | 'again' | 'older' | 'left'

/** @param last when the last link that let them in was made, epoch ms; null if none of those that still work did */
export function admissionOf(
  record: SuppressionRecord | null,
  last: number | null,
  linkIssuedAt: number,
): AdmissionOutcome {
  if (record !== null && outlastsLink(record, linkIssuedAt)) return 'left'
  if (last === null || last < linkIssuedAt) return 'first'
  return last === linkIssuedAt ? 'again' : 'older'
}

/**
 * Whether a letter posted at `postedAt` is no longer to be sent: its reader left since then (the goodbye says so and is sent), or
 * complained, after which nothing is.
 */
export const supersedes = ({ reason, since }: SuppressionRecord, email: Email, postedAt: number): boolean =>
  reason === 'complained' || (since > postedAt && !(email === 'goodbye' && reason === 'unsubscribed'))
