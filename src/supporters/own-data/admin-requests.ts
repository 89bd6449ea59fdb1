import { ok, type Result } from '../../kit/result.ts'
import { type AddressFault, mailboxOf, normaliseAddress } from '../../security/address.ts'
import type { SuppressionReason } from '../../suppression/suppression-rules.ts'
import type { SupporterDeps } from '../supporter-deps.ts'
import { eraseSupporter, suppressSupporter } from '../unsubscribe.ts'
import { type PersonalData, readPersonalData } from './personal-data.ts'

// Organisers act for people who asked by reply, post or phone. The address is in the request's body and is not stored.

/** Erases everything stored about an address and suppresses it. */
export const eraseByAddress = (deps: SupporterDeps, email: string): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (fingerprint) => {
    await eraseSupporter(deps, fingerprint)
    return null
  })

/** Suppresses an address, also one that never signed up. Only a sign-up by its owner lifts the suppression. */
export const suppressByAddress = (
  deps: SupporterDeps,
  email: string,
  reason: SuppressionReason,
): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (fingerprint) => {
    await (reason === 'erased' ? eraseSupporter(deps, fingerprint) : suppressSupporter(deps, fingerprint, reason))
    return null
  })

/** Everything stored about an address. */
export const findByAddress = (deps: SupporterDeps, email: string): Promise<Result<PersonalData, AddressFault>> =>
  forAddress(deps, email, (fingerprint, mailbox) => readPersonalData(deps, fingerprint, mailbox))

async function forAddress<T>(
  deps: SupporterDeps,
  email: string,
  act: (fingerprint: string, mailbox: string) => Promise<T>,
): Promise<Result<T, AddressFault>> {
  const read = normaliseAddress(email)
  if (!read.ok) return read
  const { fingerprint } = deps.settings
  return ok(await act(await fingerprint(read.value), await fingerprint(mailboxOf(read.value))))
}
