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

/** The place that submissions are sealed for. An earlier version stored them under this key. */
const placeOf = (slug: string): string => `submissions/${slug}`
const sealedSubmissions = sealed('submissions', publicSubmissions)
/** Characters from the end of the sealed text. They belong to the authentication tag, which is unique. */
const VERSION_CHARS = 20

const opened = new ShortCache<VersionedSubmissions | null>()

/**
 * Opens the public submissions of a campaign's record, cached in the isolate; null when there are none. Sealed, because people may
 * withdraw their words: no copy of the storage then reveals them. `now` in epoch ms.
 */
export const openPublicSubmissions = (keys: Keyring, slug: string, words: string | null, now: number) => {
  const version = words?.slice(-VERSION_CHARS) ?? ''
  return opened.find(`${slug} ${version}`, now, async (before) => {
    if (words === null || before !== undefined) return before ?? null
    const plain = await sealedSubmissions.open(keys, placeOf(slug), words)
    return plain === null ? null : { ...plain, version }
  })
}

/** Seals the submissions for the record of the page; null when there are none. */
export async function sealPublicSubmissions(
  keys: Keyring,
  slug: string,
  submissions: PublicSubmissions,
): Promise<string | null> {
  const { messages, endorsements, replies } = submissions
  if (messages.length + endorsements.length + replies.length === 0) return null
  return sealedSubmissions.text(keys, placeOf(slug), submissions)
}

/** Contacts that get messages of support by e-mail: the workers' own addresses, never a target's. */
export const supportContacts = (campaign: Campaign): Campaign['support'] =>
  campaign.support.filter(({ channels }) => channels.email !== undefined)

/** Whether organisations can endorse the campaign: an appeal, not a bulletin. */
export const acceptsEndorsements = (campaign: Campaign): boolean => campaign.kind === 'appeal'
