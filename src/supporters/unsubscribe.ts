import { goodbyeValues } from '../emails/values.ts'
import type { OptOut } from '../security/opt-out.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import type { SupporterDeps } from './supporter-deps.ts'

/**
 * Suppresses a person, then removes them from the list. Suppression comes first: it stops all mail even if the rest fails.
 * Stores a proof of consent, except after an erasure, when KV may still show the record for a minute.
 * @returns the supporter, or null if they were suppressed before
 * @throws when KV cannot be reached; calling again completes the removal
 */
export async function suppressSupporter(
  deps: SupporterDeps,
  fingerprint: string,
  reason: SuppressionReason,
): Promise<Supporter | null> {
  const before = await deps.suppression.suppress(fingerprint, reason, deps.now)
  const known = before?.reason === 'erased' ? null : await deps.store.get(fingerprint)
  if (known !== null) {
    const left = before?.since ?? deps.now
    await deps.store.putProof(fingerprint, { ...known.consent, since: known.since, left })
  }
  await deps.store.remove(fingerprint) // even if not seen: a read may be a minute old
  return before === null ? known : null
}

/** Unsubscribes by link. One-click sends no mail (RFC 8058 §3.1); the page sends a goodbye, unless already unsubscribed. */
export async function unsubscribeSupporter(
  deps: SupporterDeps,
  { fingerprint, locale }: OptOut,
  how: 'one-click' | 'page',
): Promise<void> {
  const known = await suppressSupporter(deps, fingerprint, 'unsubscribed')
  if (how === 'one-click' || known === null) return
  await deps.enqueue({
    key: `goodbye/${known.since}`,
    email: 'goodbye',
    locale,
    to: { address: known.email },
    values: goodbyeValues(),
  })
}

/**
 * Deletes everything stored about a person; the fingerprint stays suppressed, so that no mail is sent by mistake. Sealed mails
 * in running dispatches and queues expire at their stated time (docs/storage.md) and are not sent.
 */
export async function eraseSupporter(deps: SupporterDeps, fingerprint: string): Promise<void> {
  await deps.suppression.suppress(fingerprint, 'erased', deps.now)
  await deps.store.remove(fingerprint)
  await deps.store.removeProof(fingerprint)
  await deps.campaignRecords.erase(fingerprint)
}

/**
 * Removes a just-written record if its person is suppressed. Call after every write. An unsubscribe suppresses first and
 * removes the record second, so one of the two always sees the other.
 * @returns the reason of the suppression, or null
 */
export async function removeIfSuppressed(deps: SupporterDeps, fingerprint: string): Promise<SuppressionReason | null> {
  const { reason = null } = await deps.suppression.status(fingerprint)
  if (reason !== null) await deps.store.remove(fingerprint)
  return reason
}
