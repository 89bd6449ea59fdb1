import * as z from 'zod'
import { myDataValues } from '../../emails/values.ts'
import { defined } from '../../kit/defined.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { absolute, paths } from '../../paths.ts'
import { type Address, isFingerprint, mailboxOf } from '../../security/address.ts'
import { ONE_FIELD_MS, stampFault } from '../../security/form-timestamp.ts'
import { issueToken, redeemToken, type TokenFault } from '../../security/token.ts'
import { emailField, type FormFields, faultsOf, fieldText } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import type { SupporterDeps } from '../supporter-deps.ts'

/**
 * Claims of a link requested at /my-data. The same claims have one token each for preferences, erasure and export. `mailbox` is the
 * fingerprint of the mailbox; links of older mails lack it.
 */
export type AccessClaims = { fingerprint: string; mailbox?: string; locale: string; issuedAt: number }

const ACCESS = ['preferences', 'erase', 'export'] as const
export type AccessPurpose = (typeof ACCESS)[number]

const fingerprintText = z.string().refine(isFingerprint)
const payload = z.strictObject({ f: fingerprintText, m: fingerprintText.exactOptional(), l: z.string() })

/**
 * Validates the /my-data form: the address, or its faults. `stamped`: the form comes from Tocsin's own page and needs its
 * stamp.
 */
export async function parseLinkRequest(
  deps: SupporterDeps,
  fields: FormFields,
  stamped: boolean,
): Promise<Result<Address, FormError[]>> {
  const stamp = stamped
    ? await stampFault(deps.settings.keys, fieldText(fields, 'stamp'), deps.now, ONE_FIELD_MS)
    : null
  const parsed = z.object({ email: emailField }).safeParse(fields)
  const faults = [
    ...(stamp === null ? [] : [{ path: 'stamp', message: `fault.stamp.${stamp}` }]),
    ...(parsed.success ? [] : faultsOf(parsed.error)),
  ]
  return parsed.success && faults.length === 0 ? ok(parsed.data.email) : err(faults)
}

/**
 * Asks for a mail with the links. The mailbox queue drops it when nothing is stored about the address, or after a complaint. Here
 * everybody causes the same work.
 */
export async function sendAccessLinks(deps: SupporterDeps, address: Address, locale: string): Promise<void> {
  const { fingerprint: fingerprintOf, publicUrl } = deps.settings
  const [fingerprint, mailbox] = await Promise.all([fingerprintOf(address), fingerprintOf(mailboxOf(address))])
  const tokens = await accessTokens(deps, { fingerprint, mailbox, locale, issuedAt: deps.now })
  const values = myDataValues({
    preferences: absolute(publicUrl, paths.preferences(tokens.preferences)),
    erase: absolute(publicUrl, paths.erase(tokens.erase)),
    export: absolute(publicUrl, paths.export(tokens.export)),
  })
  await deps.ask({ key: `my-data/${deps.now}`, email: 'my-data', locale, to: { address }, values })
}

/** One token per purpose. Tokens for a page reuse `issuedAt` of the mailed link, so they expire together. */
export async function accessTokens(
  deps: SupporterDeps,
  { fingerprint, mailbox, locale, issuedAt }: AccessClaims,
): Promise<Record<AccessPurpose, string>> {
  const claims = { f: fingerprint, ...defined({ m: mailbox }), l: locale }
  const [preferences, erase, exported] = await Promise.all(
    ACCESS.map((purpose) => issueToken(deps.settings.keys, purpose, claims, issuedAt)),
  )
  return { preferences: preferences ?? '', erase: erase ?? '', export: exported ?? '' }
}

/** Claims of a mailed token for one purpose, or why the token is not valid. */
export async function readAccess(
  deps: SupporterDeps,
  purpose: AccessPurpose,
  token: string,
): Promise<Result<AccessClaims, TokenFault>> {
  const redeemed = await redeemToken(deps.settings.keys, purpose, token, deps.now)
  if (!redeemed.ok) return redeemed
  const parsed = payload.safeParse(redeemed.value.payload)
  if (!parsed.success) return err('malformed')
  const { f, m, l } = parsed.data
  return ok({ fingerprint: f, ...defined({ mailbox: m }), locale: l, issuedAt: redeemed.value.issuedAt })
}
