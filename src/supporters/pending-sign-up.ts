import * as z from 'zod'
import type { Keyring } from '../security/keyring.ts'
import { issueToken, type Redeemed } from '../security/token.ts'
import { type Profile, packedProfile, packProfile, profileOf } from '../supporter-list/supporter.ts'

/** A sign-up nobody has confirmed. It is kept nowhere: the confirmation link is the whole of it. */
export type PendingSignUp = Profile & { wording: string; via: string; campaign?: string }

const packed = z.tuple([...packedProfile, z.string(), z.string(), z.string()])

export const confirmToken = (keys: Keyring, pending: PendingSignUp, now: number): Promise<string> =>
  issueToken(keys, 'confirm', [...packProfile(pending), pending.wording, pending.via, pending.campaign ?? ''], now)

/** A sign-up and when its form was sent (epoch ms). */
export type SignUpLink = { pending: PendingSignUp; askedAt: number }

/** The sign-up in a link's token; null when the token holds none. */
export function signUpIn({ payload, issuedAt }: Redeemed): SignUpLink | null {
  const parsed = packed.safeParse(payload)
  if (!parsed.success) return null
  const [email, name, locales, topics, country, wording, via, campaign] = parsed.data
  const pending = { ...profileOf(email, name, locales, topics, country), wording, via }
  return { pending: campaign === '' ? pending : { ...pending, campaign }, askedAt: issuedAt }
}
