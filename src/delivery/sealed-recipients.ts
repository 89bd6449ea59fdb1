import * as z from 'zod'
import { fromUtf8, utf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Keyring } from '../security/keyring.ts'
import { openBytes, sealBytes } from '../security/vault.ts'

/** What making a person's mail takes, and nothing more. */
export type Envelope = { email: string; name?: string; locales: string[] }

/** By hand and not by a schema: it is read for everybody in every dispatch. */
export const isEnvelope = (value: unknown): value is Envelope => {
  if (typeof value !== 'object' || value === null) return false
  const { email, name, locales }: { email?: unknown; name?: unknown; locales?: unknown } = value
  if (typeof email !== 'string' || (name !== undefined && typeof name !== 'string')) return false
  return Array.isArray(locales) && locales.every((locale) => typeof locale === 'string')
}

const envelopesSchema = z.custom<Envelope[]>((value) => Array.isArray(value) && value.every(isEnvelope))

const PURPOSE = 'envelopes'

/** A batch's envelopes, sealed as one for the place they are kept at: opening a batch is one decryption. */
export const sealEnvelopes = (
  keys: Keyring,
  place: string,
  envelopes: readonly Envelope[],
): Promise<Uint8Array<ArrayBuffer>> => sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(envelopes)))

/** @throws Error when they do not open: the keyring has lost a key that is still needed. */
export async function openEnvelopes(
  keys: Keyring,
  place: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Envelope[]> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null)
    throw new Error(`envelopes of ${place} do not open: KEYRING must still hold the key that sealed them`)
  return envelopesSchema.parse(parseJson(fromUtf8(plain)))
}
