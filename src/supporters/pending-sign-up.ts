import * as z from 'zod'
import { err, ok, type Result } from '../kit/result.ts'
import type { Keyring } from '../security/keyring.ts'
import { issueToken, redeemToken, type TokenFault } from '../security/token.ts'
import { type Profile, packedProfile, packProfile, profileOf } from '../supporter-list/supporter.ts'

/** A sign-up nobody has confirmed. It is kept nowhere: the confirmation link is the whole of it. */
export type PendingSignUp = Profile & { wording: string; via: string; campaign?: string }

const packed = z.tuple([...packedProfile, z.string(), z.string(), z.string()])

export const confirmToken = (keys: Keyring, pending: PendingSignUp, now: number): Promise<string> =>
  issueToken(keys, 'confirm', [...packProfile(pending), pending.wording, pending.via, pending.campaign ?? ''], now)

/** `askedAt`: when the form was sent, epoch ms. */
export async function readConfirm(
  keys: Keyring,
  token: string,
  now: number,
): Promise<Result<{ pending: PendingSignUp; askedAt: number }, TokenFault>> {
  const redeemed = await redeemToken(keys, 'confirm', token, now)
  if (!redeemed.ok) return redeemed
  const parsed = packed.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const [email, name, locales, topics, country, wording, via, campaign] = parsed.data
  const pending = { ...profileOf(email, name, locales, topics, country), wording, via }
  return ok({ pending: campaign === '' ? pending : { ...pending, campaign }, askedAt: redeemed.value.issuedAt })
}
