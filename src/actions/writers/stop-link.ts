import * as z from 'zod'
import { slug } from '../../campaigns/definition.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { isFingerprint } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { issueToken, redeemToken, type TokenFault } from '../../security/token.ts'

/**
 * What a link is about: copies of a campaign's letters (`copies`), updates to a writer (`news`), or letters to a target (`letters`), whose
 * reader chooses what becomes of them. `fingerprint` is that of the address.
 */
export type StopLink = { campaign: string; fingerprint: string; locale: string } & (
  | { what: 'copies' | 'news' }
  | { what: 'letters'; target: string }
)

const fingerprint = z.string().refine(isFingerprint)
const payload = z.union([
  z.tuple([slug, z.enum(['copies', 'news']), fingerprint, z.string()]),
  z.tuple([slug, z.literal('letters'), fingerprint, z.string(), z.string()]),
])

/** The token of a stop link. Derived from the name `mail` and the time `now`, so that a repeated mail has the same bytes. */
export const createStopLink = (keys: Keyring, link: StopLink, mail: string, now: number): Promise<string> => {
  const { campaign, what, fingerprint, locale } = link
  const payload = [campaign, what, fingerprint, locale, ...(what === 'letters' ? [link.target] : [])]
  return issueToken(keys, 'stop', payload, now, { keyId: keys.current, derivedFrom: mail })
}

/** Opens the token of a stop link. Any fault of the token is returned, not thrown. */
export async function parseStopLink(keys: Keyring, token: string, now: number): Promise<Result<StopLink, TokenFault>> {
  const redeemed = await redeemToken(keys, 'stop', token, now)
  if (!redeemed.ok) return redeemed
  const parsed = payload.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const [campaign, what, fingerprint, locale, target] = parsed.data
  return ok({ campaign, fingerprint, locale, ...(what === 'letters' ? { what, target } : { what }) })
}
