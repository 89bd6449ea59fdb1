import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Keyring } from './keyring.ts'

/** NIST SP 800-38D §8.2: a 96-bit IV; random ones stay safe far beyond the records one deployment will ever seal. */
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Sealed bytes: one length octet, the key id, the IV, the AES-256-GCM ciphertext with its tag.
 * The purpose and the place (the storage key) are authenticated with it: a record moved elsewhere does not open.
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
  if (key === null) throw new Error(`KEYRING holds no key ${fixed?.keyId}; put it back, it may only be retired`)
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

/** Where short things are put together on their way into a text; nothing awaits while it is in use. */
const scratchBuffer = new Uint8Array(2_048)

/** As `sealBytes`, as base64url. */
export async function sealText(...args: Parameters<typeof sealBytes>): Promise<string> {
  const sealed = await encrypt(...args)
  const length = lengthOf(sealed)
  const bytes = length <= scratchBuffer.length ? scratchBuffer.subarray(0, length) : new Uint8Array(length)
  write(sealed, bytes)
  return toBase64Url(bytes)
}

/** Null for anything not sealed by this keyring for exactly this purpose and place. */
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

/** Letters and digits, one octet each. */
function keyIdIn(sealed: Uint8Array, end: number): string {
  let keyId = ''
  for (let i = 1; i < end; i++) keyId += String.fromCharCode(sealed[i] ?? 0)
  return keyId
}

/** Links are all of one place: what was authenticated last is kept as bytes. */
let last = { purpose: '', place: '', bytes: utf8('\n') }

function algorithm(iv: Uint8Array<ArrayBuffer>, purpose: string, place: string) {
  if (last.place !== place || last.purpose !== purpose) last = { purpose, place, bytes: utf8(`${purpose}\n${place}`) }
  return { name: 'AES-GCM', iv, additionalData: last.bytes }
}

/** As `sealBytes`, a JSON value in, base64url text out. */
export const seal = (keys: Keyring, purpose: string, place: string, value: unknown): Promise<string> =>
  sealText(keys, purpose, place, utf8(JSON.stringify(value)))

/** As `openBytes`; what comes out is still to be parsed by the caller's schema. */
export async function open(keys: Keyring, purpose: string, place: string, sealed: string): Promise<unknown> {
  const bytes = fromBase64Url(sealed)
  const plain = bytes && (await openBytes(keys, purpose, place, bytes))
  return plain === null ? null : parseJson(fromUtf8(plain))
}
