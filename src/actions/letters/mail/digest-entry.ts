import * as z from 'zod'
import { sealed } from '../../../security/sealed.ts'

/** One writer's part of a digest. It has no address, because a digest does not disclose the writers' addresses. */
const digestEntry = z.strictObject({
  name: z.string(),
  place: z.string().optional(),
  text: z.string(),
  locale: z.string(), // of the page with the form
})
export type DigestEntry = z.infer<typeof digestEntry>

/** Entries in one digest, at most: its text stays below the size that mail programs cut, and its sheets can be printed. */
export const MAX_DIGEST_ENTRIES = 100

/** Seals and opens digest entries. Their places come from `placeOfLetter`. */
export const sealedDigestEntry = sealed('digest-entry', digestEntry)
