import * as z from 'zod'
import { slug } from '../../campaigns/definition.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import type { Keyring } from '../../security/keyring.ts'
import { issueToken, type Redeemed, redeemToken, type TokenFault } from '../../security/token.ts'

/** The purpose of a link: confirming a draft of a letter or a submission (`voice`), or moderating a submission. */
type LinkPurpose = 'letter' | 'voice' | 'moderate'

/** The draft or submission that a link leads to. It has no data of the author. */
type ActionLink = {
  campaign: string
  id: string
  holder?: string | undefined // fingerprint of the moderator it was made for
}

const link = z.tuple([slug, z.uuid(), z.string().optional()])

/** The token of a link whose lifetime starts at `now` (epoch ms). */
export const createActionLink = (
  keys: Keyring,
  purpose: LinkPurpose,
  { campaign, id, holder }: ActionLink,
  now: number,
): Promise<string> => issueToken(keys, purpose, holder === undefined ? [campaign, id] : [campaign, id, holder], now)

/** The link in the payload of an opened token, or null when the payload is something else. */
export function linkIn({ payload, issuedAt }: Redeemed): (ActionLink & { issuedAt: number }) | null {
  const parsed = link.safeParse(payload)
  if (!parsed.success) return null
  const [campaign, id, holder] = parsed.data
  return { campaign, id, holder, issuedAt }
}

/** Opens the token of a link with this purpose. Any fault of the token is returned, not thrown. */
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
