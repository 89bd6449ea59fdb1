import * as z from 'zod'
import type { Campaign } from '../../campaigns/campaign.ts'
import { defined } from '../../kit/defined.ts'
import { linksTo, withoutLinks } from '../../kit/links/links.ts'
import { MAX_NAME_CHARS } from '../../kit/person-name.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { countryField, emailField, type FormFields, faultsOf, fieldText } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import type { LetterDraft } from '../drafts/draft.ts'
import { lineOf, optionalPlace, titleOf } from '../drafts/text-fields.ts'

/** UTF-16 units of the writer's own sentence: enough for a thought, and short enough to be read. */
const MIN_SENTENCE_CHARS = 10
export const MAX_SENTENCE_CHARS = 600

/** Names of the letter form's fields. The targets are not a field, so the form cannot be used to write to other people. */
export const LETTER_FIELDS = ['sentence', 'name', 'place', 'email', 'country', 'consent', 'linked'] as const

/** Optional consents: `shown` for the name on the sheet of signatures, `updates` for writer updates. */
export const CONSENTS = ['shown', 'updates'] as const

const shape = z.object({
  sentence: lineOf(MIN_SENTENCE_CHARS, MAX_SENTENCE_CHARS, 'sentence'),
  name: titleOf(2, MAX_NAME_CHARS, 'writer'),
  place: optionalPlace,
  email: emailField,
  country: countryField,
  consent: z.preprocess((value) => [value ?? []].flat(), z.array(z.enum(CONSENTS, 'fault.consent.unknown'))),
})

/** What may be done with a link in the sentence: take it out, or let a moderator read the letter first. */
const LINK_CHOICES = ['remove', 'read'] as const
/** The fault of a sentence with a link or an e-mail address. The form then offers the choices that the campaign has. */
export const SENTENCE_LINK = 'fault.sentence.link'

/** Only where moderators are told of it can a letter wait to be read. */
export const linkChoicesOf = ({ moderators = [] }: Pick<Campaign, 'moderators'>): ReadonlyArray<'remove' | 'read'> =>
  moderators.length > 0 ? LINK_CHOICES : ['remove']

/** Reads the letter form. `locale` is the page's language, which mails to the writer then use. */
export function parseLetter(
  typed: FormFields,
  locale: string,
  campaign: Pick<Campaign, 'moderators'>,
): Result<LetterDraft, FormError[]> {
  const choice = linkChoicesOf(campaign).find((one) => one === fieldText(typed, 'linked'))
  const sentence = fieldText(typed, 'sentence')
  const fields = choice === 'remove' && sentence !== undefined ? { ...typed, sentence: withoutLinks(sentence) } : typed
  const mayHold = (text: string) => choice === 'read' || !linksTo(text)
  const parsed = shape.extend({ sentence: shape.shape.sentence.refine(mayHold, SENTENCE_LINK) }).safeParse(fields)
  if (!parsed.success) return err(faultsOf(parsed.error))
  const { place, country, consent, ...rest } = parsed.data
  const agreed = { shown: consent.includes('shown'), updates: consent.includes('updates') }
  return ok({
    locale,
    ...rest,
    ...agreed,
    ...defined({ place, country }),
  })
}
