import { createHash, randomBytes } from 'node:crypto'
import { SCOPES } from '../security/bearer.ts'

type MintedKeys = {
  KEYRING: string // encrypts records and the tokens in links
  FINGERPRINT_KEY: string // HMAC key that turns an address into its fingerprint
  API_TOKENS: string // one organiser, with the SHA-256 of the token
  token: string // the organiser's token, for the organiser alone
}

const KEY_BYTES = 32 // AES-256 and HMAC-SHA-256

/** A new API token, and its SHA-256 in hexadecimal: the part that API_TOKENS holds. */
export function mintToken(): { token: string; hash: string } {
  const token = `tocsin_${randomBytes(KEY_BYTES).toString('base64url')}`
  return { token, hash: createHash('sha256').update(token).digest('hex') }
}

/** New random secrets, in the form that the settings of the same names expect, and the token that belongs to API_TOKENS. */
export function mintKeys(): MintedKeys {
  const { token, hash } = mintToken()
  return {
    KEYRING: `k1:${randomBytes(KEY_BYTES).toString('base64')}`,
    FINGERPRINT_KEY: randomBytes(KEY_BYTES).toString('base64'),
    API_TOKENS: `organiser:${SCOPES.join('+')}:${hash}`,
    token,
  }
}
