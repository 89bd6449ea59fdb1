import { toHex, utf8 } from '../../kit/bytes.ts'
import type { Keyring } from '../../security/keyring.ts'

/** Hexadecimal characters: as many as a fingerprint has. */
const HASH_CHARS = 32

/**
 * A keyed hash of a text, by which equal ones are told without the text being kept. Case and spaces do not count. It changes with the first
 * key of KEYRING: what came before a rotation is then told from what comes after.
 */
export async function contentHash(keys: Keyring, text: string): Promise<string> {
  const key = keys.signingKey(keys.current, 'voice-mark')
  if (key === null) throw new Error('the current key of KEYRING is missing')
  const plain = text.toLowerCase().replace(/\s+/g, ' ')
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', await key, utf8(plain)), 0, HASH_CHARS / 2))
}
