import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'

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

const drafts = sealed('letter-draft', letterDraft)
const confirmedDrafts = sealed('letter-kept', confirmedDraft)
const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealLetterDraft = (keys: Keyring, campaign: string, id: string, value: LetterDraft): Promise<string> =>
  drafts.text(keys, placeOf(campaign, id), value)

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export const openLetterDraft = (keys: Keyring, campaign: string, id: string, sealed: string): Promise<LetterDraft> =>
  drafts.mustOpen(keys, placeOf(campaign, id), sealed, 'a draft')

/** As `sealLetterDraft`, of one that was confirmed. */
export const sealConfirmedDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  value: ConfirmedDraft,
): Promise<string> => confirmedDrafts.text(keys, placeOf(campaign, id), value)

/** @throws Error when it does not open. */
export const openConfirmedDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<ConfirmedDraft> => confirmedDrafts.mustOpen(keys, placeOf(campaign, id), sealed, 'a kept letter')
