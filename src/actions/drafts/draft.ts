import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { open, seal } from '../../security/vault.ts'

/** What somebody typed to write with a campaign. The model letter stays the campaign's; which targets get it is not theirs to say. */
export const draft = z.strictObject({
  locale: z.string(), // of the page: the language we answer in
  email: z.string(),
  name: z.string(),
  place: z.string().optional(),
  country: z.string().optional(),
  sentence: z.string(),
  shown: z.boolean(), // their name may stand on the sheet that is handed over
  updates: z.boolean(), // they want to hear what becomes of the case
})
export type Draft = z.infer<typeof draft>

/** A confirmed draft and its letters as text, as they stood then, for the receipt. */
export const kept = draft.extend({ letters: z.string() })
export type Kept = z.infer<typeof kept>

const PURPOSE = 'letter-draft'
const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealDraft = (keys: Keyring, campaign: string, id: string, value: Draft): Promise<string> =>
  seal(keys, PURPOSE, placeOf(campaign, id), value)

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export async function openDraft(keys: Keyring, campaign: string, id: string, sealed: string): Promise<Draft> {
  const opened = draft.safeParse(await open(keys, PURPOSE, placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a draft does not open: KEYRING must still hold the key that sealed it')
  return opened.data
}

/** As `sealDraft`, of one that was confirmed. */
export const sealKept = (keys: Keyring, campaign: string, id: string, value: Kept): Promise<string> =>
  seal(keys, 'letter-kept', placeOf(campaign, id), value)

/** @throws Error when it does not open. */
export async function openKept(keys: Keyring, campaign: string, id: string, sealed: string): Promise<Kept> {
  const opened = kept.safeParse(await open(keys, 'letter-kept', placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a kept letter does not open: KEYRING must still hold the key that sealed it')
  return opened.data
}
