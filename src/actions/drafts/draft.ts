import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'

/** The fields of a letter form. The model letter and the choice of targets are the campaign's, so they are not among the fields. */
const letterDraft = z.strictObject({
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
const confirmedDraft = letterDraft.extend({ letters: z.string() })
export type ConfirmedDraft = z.infer<typeof confirmedDraft>

const drafts = sealed('letter-draft', letterDraft)
const confirmedDrafts = sealed('confirmed-draft', confirmedDraft)
const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealLetterDraft = (keys: Keyring, campaign: string, id: string, value: LetterDraft): Promise<string> =>
  drafts.text(keys, placeOf(campaign, id), value)

/** @throws Error when the draft cannot be decrypted: KEYRING lacks the key that sealed it */
export const openLetterDraft = (keys: Keyring, campaign: string, id: string, sealed: string): Promise<LetterDraft> =>
  drafts.mustOpen(keys, placeOf(campaign, id), sealed, 'a draft')

export const sealConfirmedDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  value: ConfirmedDraft,
): Promise<string> => confirmedDrafts.text(keys, placeOf(campaign, id), value)

/** Opens a confirmed draft. Null when it cannot be read: KEYRING lacks the key that sealed it, or the row is damaged. */
export const openConfirmedDraft = (
  keys: Keyring,
  campaign: string,
  id: string,
  sealed: string,
): Promise<ConfirmedDraft | null> => confirmedDrafts.open(keys, placeOf(campaign, id), sealed)
