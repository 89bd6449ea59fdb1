import { isPracticeId } from '../dispatch/practice/practice.ts'
import type { OptOut } from '../security/opt-out.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import type { ErasureProgress, PersonPrints, SupporterDeps } from './supporter-deps.ts'

/**
 * Suppresses a person, which also removes them from the list. `Suppression` keeps the proof of consent and completes the removal, however
 * long KV refuses it.
 */
export async function suppressSupporter(
  deps: SupporterDeps,
  fingerprint: string,
  reason: SuppressionReason,
): Promise<void> {
  await deps.suppression.suppress(fingerprint, reason, deps.now)
}

/** Unsubscribes by link. One-click sends no mail (RFC 8058 §3.1); the page sends a goodbye, unless already unsubscribed. */
export async function unsubscribeSupporter(
  deps: SupporterDeps,
  { fingerprint, locale, dispatch }: OptOut,
  how: 'one-click' | 'page',
): Promise<void> {
  if (dispatch !== undefined && isPracticeId(dispatch)) return // nobody left: the reader is invented
  await deps.suppression.suppress(fingerprint, 'unsubscribed', deps.now, how === 'page' ? locale : undefined)
}

/**
 * Deletes everything stored about a person; the fingerprint stays suppressed, so that no mail is sent by mistake. Without the fingerprint
 * of the mailbox, mails in its queue are dropped at their next try, within a day.
 */
export async function eraseSupporter(deps: SupporterDeps, person: PersonPrints): Promise<ErasureProgress> {
  await deps.suppression.suppress(person.fingerprint, 'erased', deps.now)
  return deps.elsewhere.erase(person)
}
