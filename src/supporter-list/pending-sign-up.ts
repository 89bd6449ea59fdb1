import * as z from 'zod'
import type { Keyring } from '../security/keyring.ts'
import { issueToken, type Redeemed } from '../security/token.ts'
import { type Profile, packedProfile, packProfile, profileOf } from './supporter.ts'

/** Where a sign-up comes from whose link was in a goodbye. */
export const VIA_GOODBYE = 'goodbye'
const GOODBYE_IN = `${VIA_GOODBYE}/`

/**
 * An unconfirmed sign-up. It is not stored: the confirmation link contains all of it. `locale`: language of the goodbye that held the link,
 * which may not be the first of the person.
 */
export type PendingSignUp = Profile & { wording: string; via: string; campaign?: string; locale?: string }

const packed = z.tuple([...packedProfile, z.string(), z.string(), z.string()])

/** Content of a confirmation link: the whole sign-up. */
export const signUpPayload = (pending: PendingSignUp): string[] => [
  ...packProfile(pending),
  pending.wording,
  pending.locale === undefined ? pending.via : GOODBYE_IN + pending.locale,
  pending.campaign ?? '',
]

/** Token of a confirmation link. */
export const confirmToken = (keys: Keyring, pending: PendingSignUp, now: number): Promise<string> =>
  issueToken(keys, 'confirm', signUpPayload(pending), now)

/** A sign-up and the time of its form (epoch ms). */
export type SignUpLink = { pending: PendingSignUp; askedAt: number }

/** The sign-up in a token's payload; null when the payload is not one. */
export function signUpIn({ payload, issuedAt }: Redeemed): SignUpLink | null {
  const parsed = packed.safeParse(payload)
  if (!parsed.success) return null
  const [email, name, locales, topics, country, wording, via, campaign] = parsed.data
  const profile = profileOf(email, name, locales, topics, country)
  const pending = via.startsWith(GOODBYE_IN)
    ? { ...profile, wording, via: VIA_GOODBYE, locale: via.slice(GOODBYE_IN.length) }
    : { ...profile, wording, via }
  return { pending: campaign === '' ? pending : { ...pending, campaign }, askedAt: issuedAt }
}
