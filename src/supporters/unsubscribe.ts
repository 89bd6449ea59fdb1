import type { OptOut } from '../security/opt-out.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import type { SupporterDeps } from './supporter-deps.ts'

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
  { fingerprint, locale }: OptOut,
  how: 'one-click' | 'page',
): Promise<void> {
  await deps.suppression.suppress(fingerprint, 'unsubscribed', deps.now, how === 'page' ? locale : undefined)
}

/**
 * Deletes everything stored about a person; the fingerprint stays suppressed, so that no mail is sent by mistake. Sealed mails
 * in running dispatches and queues expire at their stated time (docs/storage.md) and are not sent.
 */
export async function eraseSupporter(deps: SupporterDeps, fingerprint: string): Promise<void> {
  await deps.suppression.suppress(fingerprint, 'erased', deps.now)
  await deps.campaignRecords.erase(fingerprint)
}
