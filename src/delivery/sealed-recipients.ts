import * as z from 'zod'
import type { Keyring } from '../security/keyring.ts'
import { sealed } from '../security/sealed.ts'

/** What making a person's mail takes, and nothing more. */
export type Envelope = { email: string; name?: string; locales: string[] }

/** By hand and not by a schema: it is read for everybody in every dispatch. */
export const isEnvelope = (value: unknown): value is Envelope => {
  if (typeof value !== 'object' || value === null) return false
  const { email, name, locales }: { email?: unknown; name?: unknown; locales?: unknown } = value
  if (typeof email !== 'string' || (name !== undefined && typeof name !== 'string')) return false
  return Array.isArray(locales) && locales.every((locale) => typeof locale === 'string')
}

const envelopesSchema = z.custom<readonly Envelope[]>((value) => Array.isArray(value) && value.every(isEnvelope))
const sealedEnvelopes = sealed('envelopes', envelopesSchema)

/** A batch's envelopes, sealed as one for the place they are kept at: opening a batch is one decryption. */
export const sealEnvelopes = sealedEnvelopes.bytes

/** @throws Error when they do not open: the keyring has lost a key that is still needed. */
export const openEnvelopes = (
  keys: Keyring,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<readonly Envelope[]> => sealedEnvelopes.mustOpen(keys, place, sealed, `the list of envelopes of ${place}`)
