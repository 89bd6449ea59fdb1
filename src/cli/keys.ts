/** `npm run keys`: the secrets of a new deployment, printed once and kept nowhere. */

import { createHash, randomBytes } from 'node:crypto'
import { SCOPES } from '../security/bearer.ts'

export type MintedKeys = {
  KEYRING: string // seals records and signs links
  FINGERPRINT_KEY: string // turns an address into the only form it is known by
  API_TOKENS: string // one organiser, by the hash of their token
  token: string // that organiser's token, to be shown to them and to nobody else
}

const KEY_BYTES = 32 // AES-256 and HMAC-SHA-256

/** Fresh random secrets, in the form the settings of the same names expect. */
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
  console.log(`New secrets. They are shown this once and kept nowhere.

For each line run \`npx wrangler secret put NAME\` and paste what stands after the first "=":

${Object.entries(secrets)
  .map(([name, value]) => `${name}=${value}`)
  .join('\n')}

The organiser's token, for the console, the API and \`npm run send\` (the Worker knows only its hash):

TOCSIN_TOKEN=${token}

Keep copies of two of them where you keep what must not be lost, apart from the Worker:

  FINGERPRINT_KEY  Without it nobody who left is recognised any more: every opt-out is void. It is never changed.
  KEYRING          Without it no supporter's record opens, and no unsubscribe link in mail already sent works.
                   To change keys put a new one in front (k2:…,k1:…) and keep the old.

API_TOKENS needs no copy: if a token is lost or known to others, mint another.`)
}
