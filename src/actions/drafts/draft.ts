import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { open, seal } from '../../security/vault.ts'

/** The fields of a letter form. The model letter and the choice of targets are the campaign's, so they are not among the fields. */
export const letterDraft = z.strictObject({
  locale: z.string(), // of the page: the language of our mails to the writer
  email: z.string(),
  name: z.string(),
  place: z.string().optional(),
  country: z.string().optional(),
  sentence: z.string(),
  shown: z.boolean(), // consent to be named on the sheet of signatures
  updates: z.boolean(), // consent to get writer updates
})
export type LetterDraft = z.infer<typeof letterDraft>

/** A confirmed draft, with the text of its letters as confirmed, for the receipt. */
export const confirmedDraft = letterDraft.extend({ letters: z.string() })
export type ConfirmedDraft = z.infer<typeof confirmedDraft>

const PURPOSE = 'letter-draft'
const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealLetterDraft = (keys: Keyring, campaign: string, id: string, value: LetterDraft): Promise<string> =>
  seal(keys, PURPOSE, placeOf(campaign, id), value)

/** @throws Error when the draft cannot be decrypted: KEYRING lacks the key that sealed it */
export async function openLetterDraft(
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<LetterDraft> {
  const opened = letterDraft.safeParse(await open(keys, PURPOSE, placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a draft cannot be decrypted: add the key that sealed it to KEYRING')
  return opened.data
}

export const sealConfirmedDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  value: ConfirmedDraft,
): Promise<string> => seal(keys, 'letter-kept', placeOf(campaign, id), value)

/** @throws Error when the draft cannot be decrypted: KEYRING lacks the key that sealed it */
export async function openConfirmedDraft(
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<ConfirmedDraft> {
  const opened = confirmedDraft.safeParse(await open(keys, 'letter-kept', placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a confirmed letter cannot be decrypted: add the key that sealed it to KEYRING')
  return opened.data
}
