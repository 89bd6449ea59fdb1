import * as z from 'zod'
import { slug } from '../../campaigns/definition.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { isFingerprint } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { issueToken, redeemToken, type TokenFault } from '../../security/token.ts'

/** What a link stops: copies of a campaign's letters (`copies`), or updates to a writer (`news`). `fingerprint` is that of the person. */
export type StopLink = { campaign: string; what: 'copies' | 'news'; fingerprint: string; locale: string }

const payload = z.tuple([slug, z.enum(['copies', 'news']), z.string().refine(isFingerprint), z.string()])

/** The token of a stop link. Derived from the name `mail` and the time `now`, so that a repeated mail has the same bytes. */
export const createStopLink = (
  keys: Keyring,
  { campaign, what, fingerprint, locale }: StopLink,
  mail: string,
  now: number,
): Promise<string> =>
  issueToken(keys, 'stop', [campaign, what, fingerprint, locale], now, { keyId: keys.current, derivedFrom: mail })

/** Opens the token of a stop link. Any fault of the token is returned, not thrown. */
export async function parseStopLink(keys: Keyring, token: string, now: number): Promise<Result<StopLink, TokenFault>> {
  const redeemed = await redeemToken(keys, 'stop', token, now)
  if (!redeemed.ok) return redeemed
  const parsed = payload.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const [campaign, what, fingerprint, locale] = parsed.data
  return ok({ campaign, what, fingerprint, locale })
}
