import { toHex, utf8 } from '../kit/bytes.ts'
import type { Keyring } from './keyring.ts'

/** Keyed hash of a text, in hexadecimal, under the current key of KEYRING. Equal texts of one purpose have equal hashes. */
export async function keyedHash(keys: Keyring, purpose: string, text: string): Promise<string> {
  const key = await keys.signingKey(keys.current, purpose)
  if (key === null) throw new Error('KEYRING has no current key')
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(text))))
}
