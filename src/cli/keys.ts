/** `npm run keys`: prints new secrets for a deployment. They are not stored. */

import { createHash, randomBytes } from 'node:crypto'
import { SCOPES } from '../security/bearer.ts'

type MintedKeys = {
  KEYRING: string // encrypts records and the tokens in links
  FINGERPRINT_KEY: string // HMAC key that turns an address into its fingerprint
  API_TOKENS: string // one organiser, with the SHA-256 of the token
  token: string // the organiser's token, for the organiser alone
}

const KEY_BYTES = 32 // AES-256 and HMAC-SHA-256

/** New random secrets, in the form that the settings of the same names expect, and the token that belongs to API_TOKENS. */
export function mintKeys(): MintedKeys {
  const token = `tocsin_${randomBytes(KEY_BYTES).toString('base64url')}`
  return {
    KEYRING: `k1:${randomBytes(KEY_BYTES).toString('base64')}`,
    FINGERPRINT_KEY: randomBytes(KEY_BYTES).toString('base64'),
    API_TOKENS: `organiser:${SCOPES.join('+')}:${createHash('sha256').update(token).digest('hex')}`,
    token,
  }
}

if (import.meta.main) {
  const { token, ...secrets } = mintKeys()
  console.log(`New secrets. They are shown only once and are not stored.

For each line run \`npx wrangler secret put NAME\` and paste the text after the first "=":

${Object.entries(secrets)
  .map(([name, value]) => `${name}=${value}`)
  .join('\n')}

The organiser's token, for the console, the API and \`npm run send\` (the Worker knows only its hash):

TOCSIN_TOKEN=${token}

Keep copies of two of them in a safe place outside the Worker:

  FINGERPRINT_KEY  Without it people who unsubscribed are not recognised: every opt-out is lost. Never change it.
  KEYRING          Without it no supporter's record can be read, and no unsubscribe link in mail already sent works.
                   To change keys put a new one in front (k2:…,k1:…) and keep the old one.

API_TOKENS needs no copy: if a token is lost or known to others, run this command for a new one.`)
}
