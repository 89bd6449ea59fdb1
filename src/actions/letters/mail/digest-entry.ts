import * as z from 'zod'
import { fromUtf8, utf8 } from '../../../kit/bytes.ts'
import { parseJson } from '../../../kit/parse-json.ts'
import type { Keyring } from '../../../security/keyring.ts'
import { openBytes, sealBytes } from '../../../security/vault.ts'

/** What one person says in a mail that carries the words of several: never their address. */
export const digestEntry = z.strictObject({
  name: z.string(),
  place: z.string().optional(),
  text: z.string(),
  locale: z.string(), // of the page they wrote on
})
export type DigestEntry = z.infer<typeof digestEntry>

/** Entries in one digest: with so many words its text stays below what mail programs cut, and a sheet for each can be printed. */
export const MAX_DIGEST_ENTRIES = 100

const PURPOSE = 'gathered-words'

/** `place` as `placeOfLetter` gives it. */
export const sealDigestEntry = (keys: Keyring, place: string, value: DigestEntry): Promise<Uint8Array<ArrayBuffer>> =>
  sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(value)))

/** @throws Error when they do not open: the keyring has lost a key that is still needed. */
export async function openDigestEntry(
  keys: Keyring,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<DigestEntry> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null) throw new Error('a letter does not open: KEYRING must still hold the key that sealed it')
  return digestEntry.parse(parseJson(fromUtf8(plain)))
}
