import * as z from 'zod'
import { ShortCache } from '../kit/caches/short-cache.ts'
import type { Keyring } from '../security/keyring.ts'
import { sealed } from '../security/sealed.ts'
import type { Campaign } from './campaign.ts'

/** Schema of the public submissions of a campaign: accepted by a moderator, and with consent to publication. */
const publicSubmissions = z.strictObject({
  /** Messages of support, newest first, as many as one page can hold. */
  messages: z.array(z.strictObject({ name: z.string(), place: z.string().optional(), text: z.string() })),
  endorsements: z.array(
    z.strictObject({ organisation: z.string(), place: z.string(), signer: z.string(), role: z.string() }),
  ),
  /** Replies of targets, newest first by `date` (a calendar day). `locale` is the language of the text. */
  replies: z.array(z.strictObject({ target: z.string(), date: z.string(), locale: z.string(), text: z.string() })),
})
export type PublicSubmissions = z.infer<typeof publicSubmissions>

/** `version` changes with the submissions. */
export type VersionedSubmissions = PublicSubmissions & { version: string }

const keyOf = (slug: string): string => `submissions/${slug}`
const sealedSubmissions = sealed('submissions', publicSubmissions)
/** Characters from the end of the sealed text. They belong to the authentication tag, which is unique. */
const VERSION_CHARS = 20

const cache = new ShortCache<VersionedSubmissions | null>()

/**
 * Reads the public submissions of a campaign from KV `submissions/{slug}`, cached in the isolate; null when there are
 * none. Sealed, because people may withdraw their words: no copy of the storage then reveals them. `now` in epoch ms.
 */
export const readPublicSubmissions = (content: KVNamespace, keys: Keyring, slug: string, now: number) =>
  cache.find(slug, now, async (before) => {
    const sealed = await content.get(keyOf(slug))
    const version = sealed?.slice(-VERSION_CHARS) ?? ''
    if (sealed === null || before?.version === version) return sealed === null ? null : (before ?? null)
    const opened = await sealedSubmissions.open(keys, keyOf(slug), sealed)
    return opened === null ? null : { ...opened, version }
  })

/** Writes the submissions to KV without a retry, because the next write replaces them. Deletes the record when there are none. */
export async function storePublicSubmissions(
  content: KVNamespace,
  keys: Keyring,
  slug: string,
  submissions: PublicSubmissions,
): Promise<void> {
  const { messages, endorsements, replies } = submissions
  if (messages.length + endorsements.length + replies.length === 0) await content.delete(keyOf(slug))
  else await content.put(keyOf(slug), await sealedSubmissions.text(keys, keyOf(slug), submissions))
}

/** Contacts that get messages of support by e-mail: the workers' own addresses, never a target's. */
export const supportContacts = (campaign: Campaign): Campaign['support'] =>
  campaign.support.filter(({ channels }) => channels.email !== undefined)

/** Whether organisations can endorse the campaign: an appeal, not a bulletin. */
export const acceptsEndorsements = (campaign: Campaign): boolean => campaign.kind === 'appeal'
