import type { Keyring } from './keyring.ts'
import { issueToken, redeemToken } from './token.ts'

/** Least milliseconds that a person needs for a form with text that no browser fills in. Robots are faster. */
export const MIN_FILL_MS = 2_000
/**
 * Least milliseconds for a form whose every field a browser can fill in: a person still has to find the button. Robots answer within one
 * round trip, about 0.3 s.
 */
export const AUTOFILL_MS = 700
/**
 * Least milliseconds for a form of one address: it may be sent as soon as it is there. A robot gains nothing, because the mail goes to the
 * address alone, and only within its mailbox's allowance.
 */
export const ONE_FIELD_MS = 0

type StampFault = 'missing' | 'too-fast' | 'expired'

/** Sealed creation time of a page, for a hidden form field. Contains nothing about the visitor. */
export const formStamp = (keys: Keyring, now: number): Promise<string> => issueToken(keys, 'form', null, now)

/** The fault of a submitted form stamp, null when valid. A forged stamp counts as missing. `leastMs`: the least age of the form. */
export async function stampFault(
  keys: Keyring,
  stamp: string | undefined,
  now: number,
  leastMs: number,
): Promise<StampFault | null> {
  const redeemed = await redeemToken(keys, 'form', stamp ?? '', now)
  if (!redeemed.ok) return redeemed.error === 'expired' ? 'expired' : 'missing'
  return now - redeemed.value.issuedAt < leastMs ? 'too-fast' : null
}
