import * as z from 'zod'
import { fromUtf8, utf8 } from '../../../kit/bytes.ts'
import { parseJson } from '../../../kit/parse-json.ts'
import type { Keyring } from '../../../security/keyring.ts'
import { openBytes, sealBytes } from '../../../security/vault.ts'

/** One writer's part of a digest. It has no address, because a digest does not disclose the writers' addresses. */
export const digestEntry = z.strictObject({
  name: z.string(),
  place: z.string().optional(),
  text: z.string(),
  locale: z.string(), // of the page with the form
})
export type DigestEntry = z.infer<typeof digestEntry>

/** Entries in one digest, at most: its text stays below the size that mail programs cut, and its sheets can be printed. */
export const MAX_DIGEST_ENTRIES = 100

const PURPOSE = 'gathered-words'

/** `place` comes from `placeOfLetter`. */
export const sealDigestEntry = (keys: Keyring, place: string, value: DigestEntry): Promise<Uint8Array<ArrayBuffer>> =>
  sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(value)))

/** @throws Error when the entry cannot be decrypted: KEYRING lacks the key that sealed it */
export async function openDigestEntry(
  keys: Keyring,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<DigestEntry> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null) throw new Error('a digest entry cannot be decrypted: add the key that sealed it to KEYRING')
  return digestEntry.parse(parseJson(fromUtf8(plain)))
}
