import { ok, type Result } from '../../kit/result.ts'
import { type AddressFault, mailboxOf, normaliseAddress } from '../../security/address.ts'
import type { SuppressionReason } from '../../suppression/suppression-rules.ts'
import type { ErasureProgress, PersonPrints, SupporterDeps } from '../supporter-deps.ts'
import { eraseSupporter, suppressSupporter } from '../unsubscribe.ts'
import { type PersonalData, readPersonalData } from './personal-data.ts'

// Organisers act for people who asked by reply, post or phone. The address is in the request's body and is not stored.

/** Erases everything stored about an address and suppresses it. */
export const eraseByAddress = (deps: SupporterDeps, email: string): Promise<Result<ErasureProgress, AddressFault>> =>
  forAddress(deps, email, (person) => eraseSupporter(deps, person))

/** Suppresses an address, also one that never signed up. Only a sign-up by its owner lifts the suppression. */
export const suppressByAddress = (
  deps: SupporterDeps,
  email: string,
  reason: SuppressionReason,
): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (person) => {
    await (reason === 'erased' ? eraseSupporter(deps, person) : suppressSupporter(deps, person.fingerprint, reason))
    return null
  })

/** Everything stored about an address. */
export const findByAddress = (deps: SupporterDeps, email: string): Promise<Result<PersonalData, AddressFault>> =>
  forAddress(deps, email, (person) => readPersonalData(deps, person))

async function forAddress<T>(
  deps: SupporterDeps,
  email: string,
  act: (person: PersonPrints) => Promise<T>,
): Promise<Result<T, AddressFault>> {
  const read = normaliseAddress(email)
  if (!read.ok) return read
  const { fingerprint } = deps.settings
  return ok(
    await act({ fingerprint: await fingerprint(read.value), mailbox: await fingerprint(mailboxOf(read.value)) }),
  )
}
