import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { open, seal } from '../../security/vault.ts'

/** What somebody typed to write with a campaign. The model letter stays the campaign's; which targets get it is not theirs to say. */
export const letterDraft = z.strictObject({
  locale: z.string(), // of the page: the language we answer in
  email: z.string(),
  name: z.string(),
  place: z.string().optional(),
  country: z.string().optional(),
  sentence: z.string(),
  shown: z.boolean(), // their name may stand on the sheet that is handed over
  updates: z.boolean(), // they want to hear what becomes of the case
})
export type LetterDraft = z.infer<typeof letterDraft>

/** A confirmed draft and its letters as text, as they stood then, for the receipt. */
export const confirmedDraft = letterDraft.extend({ letters: z.string() })
export type ConfirmedDraft = z.infer<typeof confirmedDraft>

const PURPOSE = 'letter-draft'
const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealLetterDraft = (keys: Keyring, campaign: string, id: string, value: LetterDraft): Promise<string> =>
  seal(keys, PURPOSE, placeOf(campaign, id), value)

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export async function openLetterDraft(
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<LetterDraft> {
  const opened = letterDraft.safeParse(await open(keys, PURPOSE, placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a draft does not open: KEYRING must still hold the key that sealed it')
  return opened.data
}

/** As `sealDraft`, of one that was confirmed. */
export const sealConfirmedDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  value: ConfirmedDraft,
): Promise<string> => seal(keys, 'letter-kept', placeOf(campaign, id), value)

/** @throws Error when it does not open. */
export async function openConfirmedDraft(
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<ConfirmedDraft> {
  const opened = confirmedDraft.safeParse(await open(keys, 'letter-kept', placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a kept letter does not open: KEYRING must still hold the key that sealed it')
  return opened.data
}
