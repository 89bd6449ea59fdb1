import * as z from 'zod'
import { fromUtf8, utf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Keyring } from '../security/keyring.ts'
import { openBytes, sealBytes } from '../security/vault.ts'

/** What making a person's mail takes, and nothing more. */
export type StoredRecipient = { email: string; name?: string; locales: string[] }

/** The recipients of one batch, encrypted together. Stored until the batch is settled. */
export type SealedRecipients = Uint8Array<ArrayBuffer>

/** By hand and not by a schema: it is read for everybody in every dispatch. */
export const isStoredRecipient = (value: unknown): value is StoredRecipient => {
  if (typeof value !== 'object' || value === null) return false
  const { email, name, locales }: { email?: unknown; name?: unknown; locales?: unknown } = value
  if (typeof email !== 'string' || (name !== undefined && typeof name !== 'string')) return false
  return Array.isArray(locales) && locales.every((locale) => typeof locale === 'string')
}

const recipientsSchema = z.custom<StoredRecipient[]>((value) => Array.isArray(value) && value.every(isStoredRecipient))

const PURPOSE = 'envelopes'

/** A batch's recipients, sealed as one for the place they are kept at: opening a batch is one decryption. */
export const sealRecipients = (
  keys: Keyring,
  place: string,
  recipients: readonly StoredRecipient[],
): Promise<SealedRecipients> => sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(recipients)))

/** @throws Error when they do not open: the keyring has lost a key that is still needed. */
export async function openRecipients(
  keys: Keyring,
  place: string,
  sealed: SealedRecipients,
): Promise<StoredRecipient[]> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null)
    throw new Error(`recipients of ${place} do not open: KEYRING must still hold the key that sealed them`)
  return recipientsSchema.parse(parseJson(fromUtf8(plain)))
}
