import * as z from 'zod'
import { myDataValues } from '../../emails/values.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { absolute, paths } from '../../paths.ts'
import { type Address, isFingerprint } from '../../security/address.ts'
import { stampFault } from '../../security/form-timestamp.ts'
import { issueToken, redeemToken, type TokenFault } from '../../security/token.ts'
import { emailField, type FormFields, faultsOf, fieldText } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import type { SupporterDeps, SupporterMail } from '../supporter-deps.ts'

/** Claims of a link requested at /my-data. The same claims have one token each for preferences, erasure and export. */
export type AccessClaims = { fingerprint: string; locale: string; issuedAt: number }

const ACCESS = ['preferences', 'erase', 'export'] as const
export type AccessPurpose = (typeof ACCESS)[number]

const payload = z.strictObject({ f: z.string().refine(isFingerprint), l: z.string() })

/**
 * Validates the /my-data form: the address, or its faults. `stamped`: the form comes from Tocsin's own page and needs its
 * stamp.
 */
export async function parseLinkRequest(
  deps: SupporterDeps,
  fields: FormFields,
  stamped: boolean,
): Promise<Result<Address, FormError[]>> {
  const stamp = stamped ? await stampFault(deps.settings.keys, fieldText(fields, 'stamp'), deps.now) : null
  const parsed = z.object({ email: emailField }).safeParse(fields)
  const faults = [
    ...(stamp === null ? [] : [{ path: 'stamp', message: `fault.stamp.${stamp}` }]),
    ...(parsed.success ? [] : faultsOf(parsed.error)),
  ]
  return parsed.success && faults.length === 0 ? ok(parsed.data.email) : err(faults)
}

/**
 * Mails the links if anything is stored about the address, also after its owner left, but not after a complaint. Otherwise it
 * does the same work for a decoy, so that no later request takes a time that reveals who is on the list. Callers must not
 * await this for the response.
 */
export async function sendAccessLinks(deps: SupporterDeps, address: Address, locale: string): Promise<void> {
  const { fingerprint: fingerprintOf, publicUrl } = deps.settings
  const fingerprint = await fingerprintOf(address)
  // All four for everybody, so that the calls tell nothing.
  const [{ reason, record }, stored, proof, written] = await Promise.all([
    deps.suppression.status(fingerprint),
    deps.store.get(fingerprint),
    deps.store.getProof(fingerprint),
    deps.campaignRecords.list(fingerprint),
  ])
  const isKnown =
    stored !== null || record !== undefined || reason !== undefined || proof !== null || written.length > 0
  const isMailed = isKnown && reason !== 'complained'
  const tokens = await accessTokens(deps, { fingerprint, locale, issuedAt: deps.now })
  const values = myDataValues({
    preferences: absolute(publicUrl, paths.preferences(tokens.preferences)),
    erase: absolute(publicUrl, paths.erase(tokens.erase)),
    export: absolute(publicUrl, paths.export(tokens.export)),
  })
  const mail: SupporterMail = { key: `my-data/${deps.now}`, email: 'my-data', locale, to: { address }, values }
  await deps.enqueue(isMailed ? mail : { ...mail, decoy: true }, 'hourly')
}

/** One token per purpose. Tokens for a page reuse `issuedAt` of the mailed link, so they expire together. */
export async function accessTokens(
  deps: SupporterDeps,
  { fingerprint, locale, issuedAt }: AccessClaims,
): Promise<Record<AccessPurpose, string>> {
  const [preferences, erase, exported] = await Promise.all(
    ACCESS.map((purpose) => issueToken(deps.settings.keys, purpose, { f: fingerprint, l: locale }, issuedAt)),
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
  return ok({ fingerprint: parsed.data.f, locale: parsed.data.l, issuedAt: redeemed.value.issuedAt })
}
