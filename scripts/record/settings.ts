/** Settings of the recorded deployment, with fixed keys, so that equal requests give equal answers. */

import { sha256 } from './show.ts'

/** Public URL in mails and pages: fixed, whatever the real port. A loopback address, since only those have an outbox. */
export const SITE = 'http://127.0.0.1:8787'
export const HOST = '127.0.0.1:8787'

export const TOKENS = {
  organiser: 'tocsin_record-organiser-token-of-fixed-bytes-00000',
  reader: 'tocsin_record-reader-token-of-fixed-bytes-0000000000',
  second: 'tocsin_record-second-token-of-fixed-bytes-0000000000',
} as const

const SCOPES: Record<keyof typeof TOKENS, string> = {
  organiser: 'read+publish+send+supporters+newsroom+admin',
  reader: 'read',
  second: 'read+send',
}

export const PARTNER = 'https://union.example.org'

/** The withheld name in the recording's campaigns. */
export const WITHHELD = 'Vera Kowalczyk'

export const SETTINGS: Readonly<Record<string, string>> = {
  PUBLIC_URL: SITE,
  SENDER_NAME: 'Tocsin on record',
  SENDER_ADDRESS: 'campaigns@example.org',
  REPLY_TO: 'answers@example.org',
  POSTAL_ADDRESS: 'Solidarity House, 1 Example Street, Exampletown',
  LOCALES: 'en,ru,fr,es,kk,ar',
  BULK_TRANSPORT: 'outbox',
  TRANSACTIONAL_TRANSPORT: 'outbox',
  KEYRING: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  FINGERPRINT_KEY: Buffer.alloc(32, 2).toString('base64'),
  API_TOKENS: Object.entries(TOKENS)
    .map(([name, token]) => `${name}:${SCOPES[name as keyof typeof TOKENS]}:${sha256(token)}`)
    .join(','),
  PARTNER_ORIGINS: PARTNER,
  WITHHELD_NAMES: JSON.stringify({ quay: [WITHHELD], 'river-street-bakery': [WITHHELD] }),
}

export const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar'] as const
