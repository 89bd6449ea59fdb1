import * as z from 'zod'
import { sealed } from '../../security/sealed.ts'

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

/** For places as `placeOfLetter` gives them. */
export const sealedDigestEntry = sealed('gathered-words', digestEntry)
