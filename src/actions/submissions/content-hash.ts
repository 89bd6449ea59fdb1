import { toHex, utf8 } from '../../kit/bytes.ts'
import type { Keyring } from '../../security/keyring.ts'

/** Hexadecimal characters, as many as in a fingerprint. */
const HASH_CHARS = 32

/**
 * A keyed hash of a text, as 32 hexadecimal characters. Case and runs of spaces do not count. Finds equal texts without storing them.
 * After a rotation of KEYRING the same text has another hash, so older texts are no longer recognised as equal.
 */
export async function contentHash(keys: Keyring, text: string): Promise<string> {
  const key = keys.signingKey(keys.current, 'voice-mark')
  if (key === null) throw new Error('KEYRING lacks its current key')
  const plain = text.toLowerCase().replace(/\s+/g, ' ')
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', await key, utf8(plain)), 0, HASH_CHARS / 2))
}
