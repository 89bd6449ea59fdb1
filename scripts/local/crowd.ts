/** Generated supporters: `person0@example.org`, `person1@example.org` and so on, in six languages. */

import { fromBase64 } from '../../src/kit/bytes.ts'
import { type Address, type Fingerprinter, fingerprinter } from '../../src/security/address.ts'
import { type Keyring, keyring, parseKeyring } from '../../src/security/keyring.ts'
import { seal } from '../../src/security/vault.ts'
import { AUDIENCE_PREFIX } from '../../src/supporter-list/store.ts'
import { packSupporter, type Supporter } from '../../src/supporter-list/supporter.ts'

const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']
const CONSENT = { wording: 'v1', at: 1, via: 'page' }
/** Records written at the same time: enough to keep the runtime busy. */
const WRITTEN_TOGETHER = 200

const emailOf = (n: number) => `person${n}@example.org` as Address

/** Number of the generated person with this address; null for other addresses. */
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

type Keys = { keys: Keyring; fingerprint: Fingerprinter }

/** The keys by which a deployment with these settings encrypts records. @throws Error if a setting is malformed */
export async function keysOf(settings: { KEYRING: string; FINGERPRINT_KEY: string }): Promise<Keys> {
  const roots = parseKeyring(settings.KEYRING)
  const secret = fromBase64(settings.FINGERPRINT_KEY)
  if (roots === null || secret === null) throw new Error('KEYRING or FINGERPRINT_KEY is malformed')
  return { keys: keyring(roots), fingerprint: await fingerprinter(secret) }
}

/** Value of a key whose record is in the metadata, as `supporterStore` writes it. */
const IN_METADATA = '.'
/** KV key and metadata of a confirmed supporter, as `supporterStore` writes them for a record that fits into metadata. */
export async function sealedRecord({ keys, fingerprint }: Keys, supporter: Supporter) {
  const key = AUDIENCE_PREFIX + (await fingerprint(supporter.email))
  return { key, metadata: await seal(keys, 'supporter', key, packSupporter(supporter)) }
}
/** The part of a KV namespace that `addCrowd` calls: Miniflare's type of the namespace differs from the Worker's. */
type WritableKv = { put(key: string, value: string, options: { metadata: unknown }): Promise<void> }
/** Writes the generated people 0 to `people` - 1 into the namespace SUPPORTERS as confirmed supporters. */
export async function addCrowd(kv: WritableKv, keys: Keys, people: number): Promise<void> {
  const put = async (n: number) => {
    const { key, metadata } = await sealedRecord(keys, person(n))
    await kv.put(key, IN_METADATA, { metadata })
  }
  for (let n = 0; n < people; n += WRITTEN_TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(WRITTEN_TOGETHER, people - n) }, (_, i) => put(n + i)))
  }
}
