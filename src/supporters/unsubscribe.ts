import { goodbyeValues } from '../emails/values.ts'
import type { OptOut } from '../security/opt-out.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import type { SupporterDeps } from './deps.ts'

/**
 * Takes somebody off the list. Suppression comes first: from then on nothing is sent, whatever becomes of the rest. The proof that they
 * had agreed is kept apart from the list, but not of somebody erased, whom KV may show for a minute more.
 * @returns who they were, if they leave only now
 * @throws when KV cannot be reached: doing it again completes it.
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

/** The unsubscribe link. One-click is the whole exchange (RFC 8058 §3.1); who leaves by the page, and had not left before, gets one last mail. */
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
 * Leaves the fingerprint in `Suppression`, without which they could be written to again by mistake. Envelopes frozen in a dispatch that
 * runs, is paused or is uncertain, and a letter still queued, live on, sealed, for their stated time (docs/storage.md), and are never
 * used once it stands there.
 */
export async function eraseSupporter(deps: SupporterDeps, fingerprint: string): Promise<void> {
  await deps.suppression.suppress(fingerprint, 'erased', deps.now)
  await deps.store.remove(fingerprint)
  await deps.store.removeProof(fingerprint)
  await deps.campaignRecords.erase(fingerprint)
}

/**
 * After every write of a record: who left while it was being made does not stay on the list by it. Whoever leaves is in `Suppression`
 * before their record goes, so either they see this record or this sees them.
 * @returns why they left, null if they did not
 */
export async function removeIfSuppressed(deps: SupporterDeps, fingerprint: string): Promise<SuppressionReason | null> {
  const { reason = null } = await deps.suppression.status(fingerprint)
  if (reason !== null) await deps.store.remove(fingerprint)
  return reason
}
