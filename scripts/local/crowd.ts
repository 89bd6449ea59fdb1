/** As many invented supporters as are wanted: `person0@example.org` and on, reading six languages. */

import { fromBase64 } from '../../src/kit/bytes.ts'
import { type Address, type Fingerprinter, fingerprinter } from '../../src/security/address.ts'
import { type Keyring, keyring, parseKeyring } from '../../src/security/keyring.ts'
import { supporterStore } from '../../src/supporter-list/store.ts'
import type { Supporter } from '../../src/supporter-list/supporter.ts'

const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']
const CONSENT = { wording: 'v1', at: 1, via: 'page' }
/** Written at once: enough to keep the runtime busy. */
const WRITTEN_TOGETHER = 200

const emailOf = (n: number) => `person${n}@example.org` as Address

/** Which of the crowd an address belongs to; null for a stranger's. */
export function numberOf(email: string): number | null {
  const [, digits] = /^person(\d{1,9})@example\.org$/.exec(email) ?? []
  return digits === undefined ? null : Number(digits)
}

export const person = (n: number): Supporter => ({
  email: emailOf(n),
  locales: [LOCALES[n % LOCALES.length] ?? 'en'],
  topics: [],
  since: 1,
  consent: CONSENT,
})

export type Keys = { keys: Keyring; fingerprint: Fingerprinter }

/** What seals records under the settings of these names. */
export async function keysOf(settings: { KEYRING: string; FINGERPRINT_KEY: string }): Promise<Keys> {
  const roots = parseKeyring(settings.KEYRING)
  const secret = fromBase64(settings.FINGERPRINT_KEY)
  if (roots === null || secret === null) throw new Error('KEYRING or FINGERPRINT_KEY is malformed')
  return { keys: keyring(roots), fingerprint: await fingerprinter(secret) }
}

/** Confirmed supporters, as KV keeps them. */
export async function joinCrowd(kv: KVNamespace, keys: Keys, people: number): Promise<void> {
  const store = supporterStore(kv, keys)
  const put = async (n: number) => store.put(await keys.fingerprint(emailOf(n)), person(n))
  for (let n = 0; n < people; n += WRITTEN_TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(WRITTEN_TOGETHER, people - n) }, (_, i) => put(n + i)))
  }
}
