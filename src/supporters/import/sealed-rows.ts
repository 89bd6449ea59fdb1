import * as z from 'zod'
import { topic } from '../../campaigns/definition.ts'
import { defined } from '../../kit/defined.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'
import type { ImportedPerson } from './decision.ts'

// Staged rows as JSON arrays without field names, sealed for their place.

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
    // absent in rows of earlier versions, as the next
    z.enum(['bounced', 'unsubscribed', 'complained']).nullish(),
    z.array(address).optional(),
  ]),
)

const importRows = sealed('import', packed)

/** Seals people for a place in the staging tables. */
export const sealPeople = (
  keys: Keyring,
  place: string,
  people: readonly ImportedPerson[],
): Promise<Uint8Array<ArrayBuffer>> =>
  importRows.bytes(
    keys,
    place,
    people.map(({ rows, email, name = '', locales, topics, country = '', consent, leaves, spellings }) => [
      rows,
      email,
      name,
      locales,
      topics,
      country,
      consent === undefined ? null : [consent.source, consent.at, consent.wording],
      leaves ?? null,
      spellings ?? [],
    ]),
  )

/**
 * Opens people sealed by `sealPeople` for the same place. Null when they cannot be read: KEYRING no longer holds the key, or the
 * record is damaged.
 */
export async function openPeople(
  keys: Keyring,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<ImportedPerson[] | null> {
  const opened = await importRows.open(keys, place, sealed)
  if (opened === null) return null
  return opened.map(([rows, email, name, locales, topics, country, consent, leaves, spellings = []]) => ({
    rows,
    email,
    ...(name !== '' && { name }),
    locales,
    topics,
    ...(country !== '' && { country }),
    ...(consent !== null && { consent: { source: consent[0], at: consent[1], wording: consent[2] } }),
    ...defined({ leaves: leaves ?? undefined }),
    ...(spellings.length > 0 && { spellings }),
  }))
}
