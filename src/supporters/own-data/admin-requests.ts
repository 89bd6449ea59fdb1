import { ok, type Result } from '../../kit/result.ts'
import { type AddressFault, normaliseAddress } from '../../security/address.ts'
import type { SuppressionReason } from '../../suppression/suppression-rules.ts'
import type { SupporterDeps } from '../deps.ts'
import { eraseSupporter, suppressSupporter } from '../unsubscribe.ts'
import { type PersonalData, readPersonalData } from './personal-data.ts'

/** What organisers do for people who asked by reply, by post or by phone. The address comes in a request's body and is not kept. */

export const eraseByAddress = (deps: SupporterDeps, email: string): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (fingerprint) => {
    await eraseSupporter(deps, fingerprint)
    return null
  })

/** Works for addresses that never signed up, too: they can then not be written to before they themselves sign up. */
export const suppressByAddress = (
  deps: SupporterDeps,
  email: string,
  reason: SuppressionReason,
): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (fingerprint) => {
    await (reason === 'erased' ? eraseSupporter(deps, fingerprint) : suppressSupporter(deps, fingerprint, reason))
    return null
  })

export const findByAddress = (deps: SupporterDeps, email: string): Promise<Result<PersonalData, AddressFault>> =>
  forAddress(deps, email, (fingerprint) => readPersonalData(deps, fingerprint))

async function forAddress<T>(
  deps: SupporterDeps,
  email: string,
  act: (fingerprint: string) => Promise<T>,
): Promise<Result<T, AddressFault>> {
  const read = normaliseAddress(email)
  return read.ok ? ok(await act(await deps.settings.fingerprint(read.value))) : read
}
