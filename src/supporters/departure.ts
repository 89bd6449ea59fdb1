import type { SuppressionReason } from '../dispatch/departed.ts'
import { goodbyeValues } from '../emails/values.ts'
import type { OptOut } from '../security/opt-out.ts'
import type { Deps } from './deps.ts'
import type { Supporter } from './supporter.ts'

/**
 * Takes somebody off the list. Suppression comes first: from then on nothing is sent, whatever becomes of the rest. The proof that they
 * had agreed is kept apart from the list.
 * @throws when KV cannot be reached: doing it again completes it.
 */
export async function depart(deps: Deps, fingerprint: string, reason: SuppressionReason): Promise<Supporter | null> {
  await deps.suppression.suppress(fingerprint, reason, deps.now)
  const known = await deps.store.get(fingerprint)
  if (known !== null) await deps.store.keepProof(fingerprint, { ...known.consent, since: known.since, left: deps.now })
  await deps.store.remove(fingerprint) // even if not seen: a read may be a minute old
  return known
}

/** The unsubscribe link. One-click is the whole exchange (RFC 8058 §3.1); who leaves by the page gets one last mail. */
export async function leave(deps: Deps, { fingerprint, locale }: OptOut, how: 'one-click' | 'page'): Promise<void> {
  const known = await depart(deps, fingerprint, 'unsubscribed')
  if (how === 'one-click' || known === null) return
  await deps.post({
    key: `goodbye/${known.since}`,
    email: 'goodbye',
    locale,
    to: { address: known.email },
    values: goodbyeValues(),
  })
}

/** Leaves nothing but the fingerprint in `Suppression`, without which they could be written to again by mistake. */
export async function erase(deps: Deps, fingerprint: string): Promise<void> {
  await deps.suppression.suppress(fingerprint, 'erased', deps.now)
  await deps.store.remove(fingerprint)
  await deps.store.removeProof(fingerprint)
}
