import type { Keyring } from './keyring.ts'
import { issueToken, redeemToken } from './token.ts'

/** Least milliseconds that a person needs to fill in a form. Robots are faster. */
export const MIN_FILL_MS = 2_000

type StampFault = 'missing' | 'too-fast' | 'expired'

/** Sealed creation time of a page, for a hidden form field. Contains nothing about the visitor. */
export const formStamp = (keys: Keyring, now: number): Promise<string> => issueToken(keys, 'form', null, now)

/** The fault of a submitted form stamp, null when valid. A forged stamp counts as missing. */
export async function stampFault(keys: Keyring, stamp: string | undefined, now: number): Promise<StampFault | null> {
  const redeemed = await redeemToken(keys, 'form', stamp ?? '', now)
  if (!redeemed.ok) return redeemed.error === 'expired' ? 'expired' : 'missing'
  return now - redeemed.value.issuedAt < MIN_FILL_MS ? 'too-fast' : null
}
