import { AUDIENCE_PREFIX, openRecord } from '../supporter-list/store.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import type { PersonStatus, SupporterDeps } from './supporter-deps.ts'

/** Reasons whose people are not on the list any more. A bounce removes nobody: the address may work again. */
const REMOVING: ReadonlySet<SuppressionReason | undefined> = new Set(['unsubscribed', 'erased', 'complained'])

/**
 * A supporter's record as it is, also while KV shows an older one or refuses to store it; null for people who are not on the list.
 * @param status what `Suppression` says about the person
 */
export async function currentRecord(
  { settings, store }: Pick<SupporterDeps, 'settings' | 'store'>,
  fingerprint: string,
  { reason, record }: PersonStatus,
): Promise<Supporter | null> {
  if (REMOVING.has(reason)) return null // KV may show them for minutes
  const recent = record === undefined ? null : await openRecord(settings, AUDIENCE_PREFIX + fingerprint, record)
  return recent ?? store.get(fingerprint)
}
