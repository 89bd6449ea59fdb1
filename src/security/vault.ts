import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Keyring } from './keyring.ts'

/** NIST SP 800-38D §8.2: an IV of 96 bits. Random IVs stay safe far beyond the records that one deployment seals. */
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts bytes for one purpose and one place (the storage key). Both are authenticated: a record that was moved
 * elsewhere does not open. Format: one length octet, key id, IV, AES-256-GCM ciphertext with tag.
 */
export async function sealBytes(
  keys: Keyring,
  purpose: string,
  place: string,
  plain: Uint8Array<ArrayBuffer>,
  fixed?: { keyId: string; iv: Uint8Array<ArrayBuffer> },
): Promise<Uint8Array<ArrayBuffer>> {
  const sealed = await encrypt(keys, purpose, place, plain, fixed)
  const bytes = new Uint8Array(lengthOf(sealed))
  write(sealed, bytes)
  return bytes
}

type Sealed = { keyId: string; iv: Uint8Array<ArrayBuffer>; cipher: Uint8Array<ArrayBuffer> }

async function encrypt(
  keys: Keyring,
  purpose: string,
  place: string,
  plain: Uint8Array<ArrayBuffer>,
  fixed?: { keyId: string; iv: Uint8Array<ArrayBuffer> },
): Promise<Sealed> {
  const keyId = fixed?.keyId ?? keys.current
  const key = keys.sealingKey(keyId, purpose)
  if (key === null)
    throw new Error(
      `KEYRING has no key ${fixed?.keyId}: add the key again, because stored data and links still need it`,
    )
  const iv = fixed?.iv ?? crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const cipher = await crypto.subtle.encrypt(algorithm(iv, purpose, place), await key, plain)
  return { keyId, iv, cipher: new Uint8Array(cipher) }
}

const lengthOf = ({ keyId, cipher }: Sealed): number => 1 + keyId.length + IV_BYTES + cipher.length

function write({ keyId, iv, cipher }: Sealed, into: Uint8Array): void {
  into[0] = keyId.length
  for (let i = 0; i < keyId.length; i++) into[1 + i] = keyId.charCodeAt(i)
  into.set(iv, 1 + keyId.length)
  into.set(cipher, 1 + keyId.length + IV_BYTES)
}

/** Shared buffer for short sealed texts. Safe because no code awaits while the buffer is in use. */
const scratchBuffer = new Uint8Array(2_048)

/** Same as `sealBytes`, but returns base64url text. */
export async function sealText(...args: Parameters<typeof sealBytes>): Promise<string> {
  const sealed = await encrypt(...args)
  const length = lengthOf(sealed)
  const bytes = length <= scratchBuffer.length ? scratchBuffer.subarray(0, length) : new Uint8Array(length)
  write(sealed, bytes)
  return toBase64Url(bytes)
}

/** Decrypts sealed bytes. Null unless this keyring sealed them for exactly this purpose and place. */
export async function openBytes(
  keys: Keyring,
  purpose: string,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const idLength = sealed[0] ?? 0
  const ivAt = 1 + idLength
  if (idLength === 0 || sealed.length < ivAt + IV_BYTES + TAG_BYTES) return null
  const keyId = keyIdIn(sealed, ivAt)
  const key = keys.sealingKey(keyId, purpose)
  if (key === null) return null
  try {
    const iv = sealed.slice(ivAt, ivAt + IV_BYTES)
    return new Uint8Array(
      await crypto.subtle.decrypt(algorithm(iv, purpose, place), await key, sealed.subarray(ivAt + IV_BYTES)),
    )
  } catch {
    return null
  }
}

/** The key id, which has letters and digits of one octet each. */
function keyIdIn(sealed: Uint8Array, end: number): string {
  let keyId = ''
  for (let i = 1; i < end; i++) keyId += String.fromCharCode(sealed[i] ?? 0)
  return keyId
}

/** Last additional data as bytes. All links share one purpose and place, so this avoids encoding the same text again. */
let last = { purpose: '', place: '', bytes: utf8('\n') }

function algorithm(iv: Uint8Array<ArrayBuffer>, purpose: string, place: string) {
  if (last.place !== place || last.purpose !== purpose) last = { purpose, place, bytes: utf8(`${purpose}\n${place}`) }
  return { name: 'AES-GCM', iv, additionalData: last.bytes }
}

/** Seals a JSON value for one purpose and place. Returns base64url text. */
export const seal = (keys: Keyring, purpose: string, place: string, value: unknown): Promise<string> =>
  sealText(keys, purpose, place, utf8(JSON.stringify(value)))

/** Opens base64url text sealed by `seal`; null when it does not open. The caller parses the value with a schema. */
export async function open(keys: Keyring, purpose: string, place: string, sealed: string): Promise<unknown> {
  const bytes = fromBase64Url(sealed)
  const plain = bytes && (await openBytes(keys, purpose, place, bytes))
  return plain === null ? null : parseJson(fromUtf8(plain))
}
