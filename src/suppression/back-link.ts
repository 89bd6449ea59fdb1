import type { Settings } from '../env.ts'
import { absolute, paths } from '../paths.ts'
import { MAX_TOKEN_CHARS } from '../security/token.ts'
import { confirmToken, VIA_GOODBYE } from '../supporter-list/pending-sign-up.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import { CONSENT_VERSION } from '../web/consent.tsx'

/** Milliseconds by which the link is newer than the departure: a second tap on the button that leaves comes within seconds. */
const NEWER_MS = 5_000
/**
 * The confirmation link that brings a person back who left at `leftAt` (epoch ms), with the choices of their record. Its pages
 * are in the language of the goodbye (`locale`). Its button is a new
 * consent. Leaving again, a complaint or an erasure ends it. The sign-up page if the link would be too long for mail clients.
 */
export async function backLink(
  { keys, publicUrl }: Pick<Settings, 'keys' | 'publicUrl'>,
  { since: _, consent: __, ...profile }: Supporter,
  leftAt: number,
  locale: string,
): Promise<string> {
  const pending = { ...profile, wording: CONSENT_VERSION, via: VIA_GOODBYE, locale }
  const token = await confirmToken(keys, pending, leftAt + NEWER_MS)
  return absolute(publicUrl, token.length > MAX_TOKEN_CHARS ? paths.signUp(locale) : paths.confirm(token))
}
