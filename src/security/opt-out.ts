import * as z from 'zod'
import { defined } from '../kit/defined.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { isFingerprint } from './address.ts'
import type { Keyring } from './keyring.ts'
import { issueToken, redeemToken, type TokenFault } from './token.ts'

/** Content of an unsubscribe link: the fingerprint to remove, the dispatch of the mail, and the language of the page. */
export type OptOut = { fingerprint: string; dispatch?: string; locale: string }

const payload = z.strictObject({ f: z.string().refine(isFingerprint), d: z.string().optional(), l: z.string() })

/**
 * The token of an unsubscribe link. Opens no record, so that a forwarded mail only allows unsubscribing. In bulk mail,
 * `now` is the start of the dispatch and `keyId` its frozen key: the same mail made again has the same link (I7).
 */
export function optOutToken(
  keys: Keyring,
  { fingerprint, dispatch, locale }: OptOut,
  now: number,
  keyId?: string,
): Promise<string> {
  const fixed = keyId === undefined ? undefined : { keyId, derivedFrom: dispatch ?? '' }
  return issueToken(
    keys,
    'unsubscribe',
    { f: fingerprint, ...(dispatch !== undefined && { d: dispatch }), l: locale },
    now,
    fixed,
  )
}

export async function readOptOut(keys: Keyring, token: string, now: number): Promise<Result<OptOut, TokenFault>> {
  const redeemed = await redeemToken(keys, 'unsubscribe', token, now)
  if (!redeemed.ok) return redeemed
  const parsed = payload.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const { f, d, l } = parsed.data
  return ok({ fingerprint: f, ...defined({ dispatch: d }), locale: l })
}
