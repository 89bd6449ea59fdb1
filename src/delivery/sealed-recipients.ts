import * as z from 'zod'
import type { Keyring } from '../security/keyring.ts'
import { sealed } from '../security/sealed.ts'

/** The data of one person that composing a mail needs: address, name and languages. */
export type StoredRecipient = { email: string; name?: string; locales: string[] }

/** The recipients of one batch, encrypted together. Stored until the batch is settled. */
export type SealedRecipients = Uint8Array<ArrayBuffer>

/** Whether a value is a stored recipient. Checked by hand, since a schema is too slow for every person of every dispatch. */
export const isStoredRecipient = (value: unknown): value is StoredRecipient => {
  if (typeof value !== 'object' || value === null) return false
  const { email, name, locales }: { email?: unknown; name?: unknown; locales?: unknown } = value
  if (typeof email !== 'string' || (name !== undefined && typeof name !== 'string')) return false
  return Array.isArray(locales) && locales.every((locale) => typeof locale === 'string')
}

const recipientsSchema = z.custom<readonly StoredRecipient[]>(
  (value) => Array.isArray(value) && value.every(isStoredRecipient),
)
const sealedRecipients = sealed('recipients', recipientsSchema)

/**
 * Encrypts the recipients of a batch together, so that opening a batch is one decryption. They can only be opened for the same `place`:
 * dispatch, lane and batch.
 */
export const sealRecipients = sealedRecipients.bytes

/** Decrypts the recipients of a batch. Null if the keyring no longer contains the key that encrypted them, or they are damaged. */
export const openRecipients = (
  keys: Keyring,
  place: string,
  sealed: SealedRecipients,
): Promise<readonly StoredRecipient[] | null> => sealedRecipients.open(keys, place, sealed)
