import * as z from 'zod'
import { defined } from '../kit/defined.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { isFingerprint } from './address.ts'
import type { Keyring } from './keyring.ts'
import { issueToken, redeemToken, type TokenFault } from './token.ts'

/** What an unsubscribe link carries: whom it takes off the list, in which dispatch it was sent, in which language to answer. */
export type OptOut = { fingerprint: string; dispatch?: string; locale: string }

const payload = z.strictObject({ f: z.string().refine(isFingerprint), d: z.string().optional(), l: z.string() })

/**
 * The token of an unsubscribe link. It opens no record, so a forwarded mail gives away nothing but the leaving.
 * In bulk mail `now` is the dispatch's start and `keyId` the key it froze: the same mail made again carries the same link (I7).
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
