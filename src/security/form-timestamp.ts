import type { Keyring } from './keyring.ts'
import { issueToken, redeemToken } from './token.ts'

/** Milliseconds nobody needs less than to fill in a form; programs that fill in every form they find do. */
export const MIN_FILL_MS = 2_000

export type StampFault = 'missing' | 'too-fast' | 'expired'

/** Goes into a form as a hidden field: when the page was made, sealed. It says nothing about whom it was made for. */
export const formStamp = (keys: Keyring, now: number): Promise<string> => issueToken(keys, 'form', null, now)

/** What is wrong with the stamp a form came back with; a forged one counts as missing. */
export async function stampFault(keys: Keyring, stamp: string | undefined, now: number): Promise<StampFault | null> {
  const redeemed = await redeemToken(keys, 'form', stamp ?? '', now)
  if (!redeemed.ok) return redeemed.error === 'expired' ? 'expired' : 'missing'
  return now - redeemed.value.issuedAt < MIN_FILL_MS ? 'too-fast' : null
}
