import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import { MAX_NAME_CHARS } from '../../kit/person-name.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { countryField, emailField, type FormFields, faultsOf } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import type { LetterDraft } from '../drafts/draft.ts'
import { lineOf, optionalPlace } from '../drafts/text-fields.ts'

/** UTF-16 units of the writer's own sentence: long enough to say something, short enough to be read. */
const MIN_SENTENCE_CHARS = 10
export const MAX_SENTENCE_CHARS = 600

/** What can be said in a letter. Which targets get it is not among it: nobody can have us write to anybody else. */
export const LETTER_FIELDS = ['sentence', 'name', 'place', 'email', 'country', 'consent'] as const

/** What a writer may agree to, and need not: that their name is shown, that they hear what becomes of the case. */
export const CONSENTS = ['shown', 'updates'] as const

const shape = z.object({
  sentence: lineOf(MIN_SENTENCE_CHARS, MAX_SENTENCE_CHARS, 'sentence'),
  name: lineOf(2, MAX_NAME_CHARS, 'writer'),
  place: optionalPlace,
  email: emailField,
  country: countryField,
  consent: z.preprocess((value) => [value ?? []].flat(), z.array(z.enum(CONSENTS, 'fault.consent.unknown'))),
})

/** `locale` is the page's. */
export function parseLetter(fields: FormFields, locale: string): Result<LetterDraft, FormError[]> {
  const parsed = shape.safeParse(fields)
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
