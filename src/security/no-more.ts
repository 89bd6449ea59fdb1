import * as z from 'zod'
import { err, ok, type Result } from '../kit/result.ts'
import { isFingerprint } from './address.ts'
import type { Keyring } from './keyring.ts'
import { issueToken, redeemToken, type TokenFault } from './token.ts'

/** Content of a “no more such mails” link: the fingerprint of the mailbox, and the language of the page. */
type NoMoreLink = { mailbox: string; locale: string }

const payload = z.tuple([z.string().refine(isFingerprint), z.string()])

/** The token of the link in a confirmation. Derived from the name `mail` and the time `now`, so that a repeated mail has the same bytes. */
export const noMoreToken = (
  keys: Keyring,
  { mailbox, locale }: NoMoreLink,
  mail: string,
  now: number,
): Promise<string> => issueToken(keys, 'no-more', [mailbox, locale], now, { keyId: keys.current, derivedFrom: mail })

/** Opens the token. Any fault is returned, not thrown. */
export async function readNoMore(keys: Keyring, token: string, now: number): Promise<Result<NoMoreLink, TokenFault>> {
  const redeemed = await redeemToken(keys, 'no-more', token, now)
  if (!redeemed.ok) return redeemed
  const parsed = payload.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const [mailbox, locale] = parsed.data
  return ok({ mailbox, locale })
}
