import { ok, type Result } from '../../kit/result.ts'
import { type AddressFault, normalise } from '../../security/address.ts'
import type { SuppressionReason } from '../../suppression/suppression-rules.ts'
import type { Deps } from '../deps.ts'
import { depart, erase } from '../unsubscribe.ts'
import { type Held, heldAbout } from './personal-data.ts'

/** What organisers do for people who asked by reply, by post or by phone. The address comes in a request's body and is not kept. */

export const eraseFor = (deps: Deps, email: string): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (fingerprint) => {
    await erase(deps, fingerprint)
    return null
  })

/** Works for addresses that never signed up, too: they can then not be written to before they themselves sign up. */
export const suppressFor = (
  deps: Deps,
  email: string,
  reason: SuppressionReason,
): Promise<Result<null, AddressFault>> =>
  forAddress(deps, email, async (fingerprint) => {
    await (reason === 'erased' ? erase(deps, fingerprint) : depart(deps, fingerprint, reason))
    return null
  })

export const lookUp = (deps: Deps, email: string): Promise<Result<Held, AddressFault>> =>
  forAddress(deps, email, (fingerprint) => heldAbout(deps, fingerprint))

async function forAddress<T>(
  deps: Deps,
  email: string,
  act: (fingerprint: string) => Promise<T>,
): Promise<Result<T, AddressFault>> {
  const read = normalise(email)
  return read.ok ? ok(await act(await deps.settings.fingerprint(read.value))) : read
}
