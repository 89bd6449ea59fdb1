import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import { MAX_NAME_CHARS } from '../../kit/person-name.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import { countryField, emailField, type FormFields, faultsOf } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { linesOf, MAX_PLACE_CHARS, optionalPlace, titleOf } from '../drafts/text-fields.ts'
import type { SubmissionDraft } from './submission.ts'

/** UTF-16 units of a message of support: about two minutes when read aloud. */
const MIN_MESSAGE_CHARS = 10
export const MAX_MESSAGE_CHARS = 1_500
/** UTF-16 units of an organisation's name. Federations have the longest. */
const MAX_ORGANISATION_CHARS = 200

/** Names of the form's fields, in the order of the form. Errors are listed in the same order. */
export const SUPPORT_FIELDS = ['text', 'name', 'place', 'email', 'country', 'shown'] as const
export const ENDORSEMENT_FIELDS = ['organisation', 'place', 'country', 'signer', 'role', 'email'] as const

/** The value of a ticked box. Browsers do not send a box that is not ticked. */
export const TICKED = 'yes'

const support = z.object({
  text: linesOf(MIN_MESSAGE_CHARS, MAX_MESSAGE_CHARS, 'message'),
  name: titleOf(2, MAX_NAME_CHARS, 'writer'),
  place: optionalPlace,
  email: emailField,
  country: countryField,
  shown: z
    .unknown()
    .optional()
    .transform((value) => value === TICKED),
})

const endorsement = z.object({
  organisation: titleOf(2, MAX_ORGANISATION_CHARS, 'organisation'),
  place: titleOf(1, MAX_PLACE_CHARS, 'seat'),
  country: countryField,
  signer: titleOf(2, MAX_NAME_CHARS, 'signer'),
  role: titleOf(2, MAX_NAME_CHARS, 'office'),
  email: emailField,
})

/** Reads the form for a message of support. `locale` is the page's language. */
export function parseSupport(fields: FormFields, locale: string): Result<SubmissionDraft, FormError[]> {
  const parsed = support.safeParse(fields)
  if (!parsed.success) return err(faultsOf(parsed.error))
  const { email, place, country, ...rest } = parsed.data
  const given = defined({ place, country })
  return ok({ email, submission: { kind: 'support', locale, ...rest, ...given } })
}

/** Reads the form for an endorsement. `locale` is the page's language. */
export function parseEndorsement(fields: FormFields, locale: string): Result<SubmissionDraft, FormError[]> {
  const parsed = endorsement.safeParse(fields)
  if (!parsed.success) return err(faultsOf(parsed.error))
  const { email, country, ...rest } = parsed.data
  return ok({ email, submission: { kind: 'endorsement', locale, ...rest, ...defined({ country }) } })
}
