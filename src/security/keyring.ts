import { fromBase64, utf8 } from '../kit/bytes.ts'

/** One root key of 256 bits. Sealed bytes begin with the id of their key. */
type RootKey = { id: string; bytes: Uint8Array<ArrayBuffer> }

/**
 * Derives one AES-GCM key and one HMAC key per purpose. The first root key seals; all root keys open. Null for an
 * unknown key id.
 */
export type Keyring = {
  current: string
  ids: readonly string[]
  sealingKey(keyId: string, purpose: string): Promise<CryptoKey> | null
  signingKey(keyId: string, purpose: string): Promise<CryptoKey> | null
}

const ROOT_KEY_BYTES = 32
const KEY_ID = /^[a-z0-9]{1,8}$/

/** Parses the setting KEYRING, `kid:base64key,…`. Null when a part is malformed, an id repeats or the list is empty. */
export function parseKeyring(text: string): RootKey[] | null {
  const keys: RootKey[] = []
  for (const part of text.split(',')) {
    const [id = '', encoded = ''] = part.trim().split(':')
    const bytes = fromBase64(encoded)
    if (!KEY_ID.test(id) || bytes?.length !== ROOT_KEY_BYTES || keys.some((key) => key.id === id)) return null
    keys.push({ id, bytes })
  }
  return keys
}

/**
 * The keyring of root keys in the order of KEYRING: the first key seals. Derived keys are cached.
 * @throws Error when there are no keys.
 */
export function keyring(roots: readonly RootKey[]): Keyring {
  const [first] = roots
  if (first === undefined) throw new Error('a keyring needs at least one key')
  const derived = new Map<string, Promise<CryptoKey>>()

  function derive(keyId: string, purpose: string, use: 'seal' | 'sign'): Promise<CryptoKey> | null {
    const name = `${use}/${keyId}/${purpose}`
    const known = derived.get(name)
    if (known !== undefined) return known
    const root = roots.find((key) => key.id === keyId)
    if (root === undefined) return null
    const made = hkdf(root.bytes, infoOf(use, purpose), use)
    derived.set(name, made)
    return made
  }

  return {
    current: first.id,
    ids: roots.map((key) => key.id),
    sealingKey: (keyId, purpose) => derive(keyId, purpose, 'seal'),
    signingKey: (keyId, purpose) => derive(keyId, purpose, 'sign'),
  }
}

const infoOf = (use: 'seal' | 'sign', purpose: string): string => `tocsin/${use}/${purpose}`

/** HKDF-SHA-256 (RFC 5869). No salt is needed, because the root keys are uniformly random. */
async function hkdf(root: Uint8Array<ArrayBuffer>, info: string, use: 'seal' | 'sign'): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', root, 'HKDF', false, ['deriveKey'])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(info) }
  return use === 'seal'
    ? crypto.subtle.deriveKey(parameters, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    : crypto.subtle.deriveKey(parameters, material, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign'])
}
