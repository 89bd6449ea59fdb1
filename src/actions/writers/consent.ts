import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'
import type { LetterDraft } from '../drafts/draft.ts'

/**
 * What a writer lets us keep until the campaign has ended and thirty days more: their name for the sheet that is handed over, their
 * address for news of the case. Neither without their saying so.
 */
export const writerConsent = z.strictObject({
  shown: z.strictObject({ name: z.string(), place: z.string().optional(), country: z.string().optional() }).optional(),
  news: z.strictObject({ email: z.string(), locale: z.string() }).optional(),
})
export type WriterConsent = z.infer<typeof writerConsent>

/** Null when they let us keep nothing. */
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

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export const openConsent = (keys: Keyring, campaign: string, draft: string, sealed: string): Promise<WriterConsent> =>
  consents.mustOpen(keys, placeOf(campaign, draft), sealed, 'a consent')
