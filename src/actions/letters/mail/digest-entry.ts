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

/** Most entries in one digest, so that its sheets can be printed. */
export const MAX_DIGEST_ENTRIES = 100
/**
 * Most bytes of the entries in one digest. With a model letter of up to 20,000 bytes its HTML stays below 80,000: Gmail cuts a mail at
 * 102,000 bytes, and with it the link that ends copies. The rest is for characters that HTML writes longer.
 */
const MAX_ENTRY_BYTES = 60_000
/** Bytes of an entry's tags in the HTML of a digest. */
const TAGS = 150

/**
 * Splits letters, in their order, into digests that mail programs show whole. `sizes` are the bytes of each letter's sealed entry, which
 * is a little longer than its text.
 */
export function splitIntoDigests<Row>(rows: readonly Row[], sizes: readonly number[]): Row[][] {
  const digests: Row[][] = []
  let bytes = 0
  for (const [n, row] of rows.entries()) {
    const last = digests.at(-1)
    const size = (sizes[n] ?? 0) + TAGS
    if (last === undefined || last.length >= MAX_DIGEST_ENTRIES || bytes + size > MAX_ENTRY_BYTES) {
      digests.push([row])
      bytes = size
    } else {
      last.push(row)
      bytes += size
    }
  }
  return digests
}

/** Seals and opens digest entries. Their places come from `placeOfLetter`. */
export const sealedDigestEntry = sealed('digest-entry', digestEntry)
