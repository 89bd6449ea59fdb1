import * as z from 'zod'
import type { Email } from '../emails/message.ts'
import { LIFETIME_MS } from '../security/token.ts'
import type { ProviderEvent } from './provider-event.ts'

/** Reasons for suppression, in increasing weight. */
const REASONS = ['bounced', 'unsubscribed', 'erased', 'complained'] as const
export type SuppressionReason = (typeof REASONS)[number]

/** A suppression: its reason and its time (epoch ms). */
export const suppressionRecord = z.object({ reason: z.enum(REASONS), since: z.number() })
export type SuppressionRecord = z.infer<typeof suppressionRecord>

/**
 * Combines a new suppression with an existing one: the weightier reason and the later time. A complaint is final: no other
 * reason replaces it and no sign-up lifts it.
 */
export function mergeSuppressions(
  before: SuppressionRecord | null,
  { reason, since }: SuppressionRecord,
): SuppressionRecord {
  if (before === null) return { reason, since }
  const later = Math.max(before.since, since) // a provider may report an event late
  if (before.reason === 'complained') return reason === 'complained' ? { reason, since: later } : before
  if (reason === 'complained') return { reason, since }
  const isWeightier = REASONS.indexOf(before.reason) <= REASONS.indexOf(reason)
  return { reason: isWeightier ? reason : before.reason, since: later }
}

/** The suppression to store after an event; null if it equals the stored one. */
export function changedSuppression(
  before: SuppressionRecord | null,
  record: SuppressionRecord,
): SuppressionRecord | null {
  const after = mergeSuppressions(before, record)
  return before?.reason !== after.reason || before.since !== after.since ? after : null
}

/**
 * Milliseconds for which a bounce counts: the lifetime of a confirmation link, so that an old bounce does not undo a later
 * sign-up. An address that is still invalid bounces again.
 */
export const BOUNCE_COUNTS_MS = LIFETIME_MS.confirm

/** Effect of a provider event on its person: a reason for which it suppresses them, a soft bounce to count, or none. */
type EventEffect = Exclude<SuppressionReason, 'erased'> | 'soft-bounce' | null

/**
 * Decides what a provider event does to its person. Refused mails do not count against the address.
 * @param askedAt when the person requested the used confirmation link (epoch ms); null if not lately
 */
export function eventEffect(event: ProviderEvent, askedAt: number | null, now: number): EventEffect {
  const { kind, permanence, at } = event
  if (isOutdated(event, askedAt)) return null
  if (kind === 'complained' || kind === 'unsubscribed') return kind
  if (kind !== 'bounced' || at < now - BOUNCE_COUNTS_MS) return null
  if (permanence === 'hard') return 'bounced'
  return permanence === 'soft' ? 'soft-bounce' : null
}

/** Whether an event is a delivery recent enough to reset the count of soft bounces. */
export const isRecentDelivery = ({ kind, at }: ProviderEvent, now: number): boolean =>
  kind === 'delivered' && at >= now - BOUNCE_COUNTS_MS

/** Whether the person signed up after this event. */
const isOutdated = ({ kind, at }: ProviderEvent, askedAt: number | null): boolean =>
  kind !== 'complained' && askedAt !== null && at < askedAt

/** Whether a suppression blocks a confirmation link issued at `linkIssuedAt` (epoch ms). */
const outlastsLink = ({ reason, since }: SuppressionRecord, linkIssuedAt: number): boolean =>
  reason === 'complained' || since >= linkIssuedAt

/**
 * Result of using a confirmation link. `first`: the person is admitted. `again`: the same link was used before. `older`: a
 * newer link was used before, so nothing changes. `left`: the person complained, or left after the link was issued.
 */
export type AdmissionOutcome = 'first' | 'again' | 'older' | 'left'

/**
 * Decides whether a confirmation link admits its person.
 * @param last when the link that last admitted the person was issued, epoch ms; null if none that is still valid
 */
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
 * Whether a transactional mail queued at `queuedAt` (epoch ms) must not be sent, because its reader has left since or
 * complained. A goodbye mail is still sent after an unsubscribe; nothing is sent after a complaint.
 */
export const supersedes = ({ reason, since }: SuppressionRecord, email: Email, queuedAt: number): boolean =>
  reason === 'complained' || (since > queuedAt && !(email === 'goodbye' && reason === 'unsubscribed'))
