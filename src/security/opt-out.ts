import * as z from 'zod'
import { err, ok, type Result } from '../kit/result.ts'
import { isFingerprint } from './address.ts'
import type { Keyring } from './keyring.ts'
import { issue, redeem, type TokenFault } from './token.ts'

/** What an unsubscribe link carries: whom it takes off the list, in which dispatch it was sent, in which language to answer. */
const optOut = z.strictObject({ f: z.string().refine(isFingerprint), d: z.string().optional(), l: z.string() })
export type OptOut = { fingerprint: string; dispatchId?: string; locale: string }

/**
 * The token of an unsubscribe link. It opens no record, so a forwarded mail gives away nothing but the leaving.
 * For bulk mail give `fixed`: the same mail made again then carries the same link (I7), with `now` the dispatch's start.
 */
export const unsubscribeToken = (
  keys: Keyring,
  { fingerprint, dispatchId, locale }: OptOut,
  now: number,
  fixed?: { keyId: string; derivedFrom: string },
): Promise<string> =>
  issue(
    keys,
    'unsubscribe',
    { f: fingerprint, ...(dispatchId !== undefined && { d: dispatchId }), l: locale },
    now,
    fixed,
  )

export async function readUnsubscribe(keys: Keyring, token: string, now: number): Promise<Result<OptOut, TokenFault>> {
  const redeemed = await redeem(keys, 'unsubscribe', token, now)
  if (!redeemed.ok) return redeemed
  const parsed = optOut.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const { f, d, l } = parsed.data
  return ok({ fingerprint: f, ...(d !== undefined && { dispatchId: d }), locale: l })
}
