import * as z from 'zod'
import { ShortCache } from '../kit/caches/short-cache.ts'
import type { Keyring } from '../security/keyring.ts'
import { sealed } from '../security/sealed.ts'
import type { Campaign } from './campaign.ts'

/** What people and organisations said of a campaign, as far as its page shows it: accepted by a moderator, and with their consent. */
export const publicSubmissions = z.strictObject({
  /** The newest first, as many as a page can carry. */
  messages: z.array(z.strictObject({ name: z.string(), place: z.string().optional(), text: z.string() })),
  endorsements: z.array(
    z.strictObject({ organisation: z.string(), place: z.string(), signer: z.string(), role: z.string() }),
  ),
  /** By `date` (a calendar day), the newest first. `locale` is of the text. */
  replies: z.array(z.strictObject({ target: z.string(), date: z.string(), locale: z.string(), text: z.string() })),
})
export type PublicSubmissions = z.infer<typeof publicSubmissions>

/** `version`: another one for other submissions. */
export type VersionedSubmissions = PublicSubmissions & { version: string }

const keyOf = (slug: string): string => `submissions/${slug}`
const sealedSubmissions = sealed('submissions', publicSubmissions)
/** Characters of the sealed text's end, which are of its tag: no two texts share it. */
const VERSION_CHARS = 20

const cache = new ShortCache<VersionedSubmissions | null>()

/**
 * KV `submissions/{slug}`: what the campaign's object last told; null when there is nothing. Public words, but people's own, who may take them
 * back: sealed, so that no copy of the state goes on holding them. `now` in epoch ms.
 */
export const readPublicSubmissions = (content: KVNamespace, keys: Keyring, slug: string, now: number) =>
  cache.find(slug, now, async (before) => {
    const sealed = await content.get(keyOf(slug))
    const version = sealed?.slice(-VERSION_CHARS) ?? ''
    if (sealed === null || before?.version === version) return sealed === null ? null : (before ?? null)
    const opened = await sealedSubmissions.open(keys, keyOf(slug), sealed)
    return opened === null ? null : { ...opened, version }
  })

/** One try, as with numbers. Where there is nothing to show nothing is kept. */
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

/** Those to whom messages of support can be sent: the workers' own addresses, never a target's. */
export const supportContacts = (campaign: Campaign): Campaign['support'] =>
  campaign.support.filter(({ channels }) => channels.email !== undefined)

/** Whether organisations can sign on: to an appeal, and not to a bulletin. */
export const acceptsEndorsements = (campaign: Campaign): boolean => campaign.kind === 'appeal'
