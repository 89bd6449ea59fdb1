import * as z from 'zod'
import { topic } from '../../campaigns/definition.ts'
import { fromUtf8, utf8 } from '../../kit/bytes.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { openBytes, sealBytes } from '../../security/vault.ts'
import type { ImportedPerson } from './decision.ts'

// Staged rows as JSON arrays without field names, sealed for their place.

const PURPOSE = 'import'

const address = z.string().refine((text): text is Address => {
  const read = normaliseAddress(text)
  return read.ok && read.value === text
})
const packed = z.array(
  z.tuple([
    z.array(z.int()),
    address,
    z.string(),
    z.array(z.string()),
    z.array(topic),
    z.string(),
    z.union([z.null(), z.tuple([z.string(), z.int(), z.string()])]),
  ]),
)

/** Seals people for a place in the staging tables. */
export function sealPeople(
  keys: Keyring,
  place: string,
  people: readonly ImportedPerson[],
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = people.map(({ rows, email, name = '', locales, topics, country = '', consent }) => [
    rows,
    email,
    name,
    locales,
    topics,
    country,
    consent === undefined ? null : [consent.source, consent.at, consent.wording],
  ])
  return sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(rows)))
}

/**
 * Opens people sealed by `sealPeople` for the same place.
 * @throws Error when KEYRING no longer holds the key, so that no rows are lost silently.
 */
export async function openPeople(
  keys: Keyring,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<ImportedPerson[]> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null)
    throw new Error('staged rows cannot be decrypted: KEYRING must still hold the key that sealed them')
  return packed.parse(parseJson(fromUtf8(plain))).map(([rows, email, name, locales, topics, country, consent]) => ({
    rows,
    email,
    ...(name !== '' && { name }),
    locales,
    topics,
    ...(country !== '' && { country }),
    ...(consent !== null && { consent: { source: consent[0], at: consent[1], wording: consent[2] } }),
  }))
}
