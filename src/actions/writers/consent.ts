import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'
import type { LetterDraft } from '../drafts/draft.ts'

/**
 * What a writer agreed to have stored until 30 days after the campaign: with `shown` the name for the sheet of signatures, with `news` the
 * address for writer updates.
 */
const writerConsent = z.strictObject({
  shown: z.strictObject({ name: z.string(), place: z.string().optional(), country: z.string().optional() }).optional(),
  news: z.strictObject({ email: z.string(), locale: z.string() }).optional(),
})
export type WriterConsent = z.infer<typeof writerConsent>

/** The consents of a letter form, or null when the writer gave none. */
export function consentOf({ shown, updates, name, place, country, email, locale }: LetterDraft): WriterConsent | null {
  if (!shown && !updates) return null
  return {
    ...(shown && {
      shown: { name, ...defined({ place, country }) },
    }),
    ...(updates && { news: { email, locale } }),
  }
}

const consents = sealed('letter-consent', writerConsent)
const placeOf = (campaign: string, draft: string): string => `${campaign}/${draft}`

export const sealConsent = (keys: Keyring, campaign: string, draft: string, value: WriterConsent): Promise<string> =>
  consents.text(keys, placeOf(campaign, draft), value)

/** Opens a consent. Null when it cannot be read: KEYRING lacks the key that sealed it, or the row is damaged. */
export const openConsent = (
  keys: Keyring,
  campaign: string,
  draft: string,
  sealed: string,
): Promise<WriterConsent | null> => consents.open(keys, placeOf(campaign, draft), sealed)
