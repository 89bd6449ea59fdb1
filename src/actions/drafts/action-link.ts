import * as z from 'zod'
import { slug } from '../../campaigns/definition.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import type { Keyring } from '../../security/keyring.ts'
import { issueToken, type Redeemed, redeemToken, type TokenFault } from '../../security/token.ts'

/** What a link in a mail of this folder is for: confirming a draft, or deciding about what somebody else has confirmed. */
export type LinkPurpose = 'letter' | 'voice' | 'moderate'

/** Which draft or voice of which campaign, and nothing of its author. */
export type ActionLink = {
  campaign: string
  id: string
  holder?: string | undefined // fingerprint of the moderator it was made for
}

const link = z.tuple([slug, z.uuid(), z.string().optional()])

/** `now` in epoch ms: the link's life begins then. */
export const createActionLink = (
  keys: Keyring,
  purpose: LinkPurpose,
  { campaign, id, holder }: ActionLink,
  now: number,
): Promise<string> => issueToken(keys, purpose, holder === undefined ? [campaign, id] : [campaign, id, holder], now)

/** The link that an opened token holds; null when it holds none. */
export function linkIn({ payload, issuedAt }: Redeemed): (ActionLink & { issuedAt: number }) | null {
  const parsed = link.safeParse(payload)
  if (!parsed.success) return null
  const [campaign, id, holder] = parsed.data
  return { campaign, id, holder, issuedAt }
}

export async function parseActionLink(
  keys: Keyring,
  purpose: LinkPurpose,
  token: string,
  now: number,
): Promise<Result<ActionLink & { issuedAt: number }, TokenFault>> {
  const redeemed = await redeemToken(keys, purpose, token, now)
  if (!redeemed.ok) return redeemed
  const found = linkIn(redeemed.value)
  return found === null ? err('malformed') : ok(found)
}
