import * as z from 'zod'
import { findInvisible, trimUnseen } from '../kit/characters.ts'
import { countryOf } from '../kit/countries.ts'
import { defined } from '../kit/defined.ts'
import { holdsLink } from '../kit/links/links.ts'
import { MAX_NAME_CHARS, plainName } from '../kit/person-name.ts'
import { normaliseAddress } from '../security/address.ts'
import type { FormError } from './form-fields.tsx'

/** Unparsed fields of a form or a JSON body. Repeated form fields are arrays. */
export type FormFields = Readonly<Record<string, unknown>>

const blankAsAbsent = (value: unknown) => (value === '' ? undefined : value)
const asList = (value: unknown) => [value ?? []].flat().filter((item) => item !== '')
export const listOf = <T extends string>(allowed: readonly T[], message: string) =>
  z.preprocess(
    asList,
    z.array(z.enum(allowed, message)).transform((items) => [...new Set(items)]),
  )

export const emailField = z
  .string({ error: ({ input }) => (input === undefined ? 'fault.email.empty' : 'fault.email.no-domain') })
  .transform((typed, context) => {
    const read = normaliseAddress(typed)
    if (read.ok) return read.value
    const hidden = read.error === 'invisible' ? findInvisible(trimUnseen(typed)) : null
    context.addIssue({
      code: 'custom',
      message: `fault.email.${read.error}`,
      ...(hidden !== null && { params: hidden }),
    })
    return z.NEVER
  })

/** The fault of a name or a place that holds a link, an address or markup. */
export const NO_LINK = 'fault.name.link'

/** The fault of a text in which letters were lost: it came from a page in another character set than it said. */
export const GARBLED = 'fault.text.garbled'
export const isWhole = (text: string): boolean => !text.includes('\uFFFD')

export const nameField = z
  .string('fault.name.unknown')
  .refine(isWhole, GARBLED)
  .transform(plainName)
  .refine((text) => text.length <= MAX_NAME_CHARS, 'fault.name.too-long')
  .refine((text) => !holdsLink(text), NO_LINK)
  .transform((text) => (text === '' ? undefined : text))
  .optional()

export const localesAmong = (allowed: readonly string[]) => listOf(allowed, 'fault.locales.unknown')
export const countryField = z.preprocess(
  blankAsAbsent,
  z
    .string('fault.country.unknown')
    .transform((typed, context) => {
      const country = countryOf(typed)
      if (country !== undefined) return country
      context.addIssue('fault.country.unknown')
      return z.NEVER
    })
    .optional(),
)
export const campaignField = z.preprocess(blankAsAbsent, z.string('fault.campaign.unknown').optional())

/** Values that the text of a fault names. */
const faultValues = z.record(z.string(), z.union([z.string(), z.number()]))

/** One fault per field, in the order of the fields. Messages are keys of the page texts. */
export function faultsOf(error: z.ZodError): FormError[] {
  const byField = new Map<string, FormError>()
  for (const issue of error.issues) {
    const field = String(issue.path[0])
    const values = issue.code === 'custom' ? faultValues.safeParse(issue.params).data : undefined
    if (!byField.has(field)) byField.set(field, { path: field, message: issue.message, ...defined({ values }) })
  }
  return [...byField.values()]
}

/** The first value of a field, undefined unless it is text. */
export function fieldText(fields: FormFields, field: string): string | undefined {
  const [first] = [fields[field]].flat()
  return typeof first === 'string' ? first : undefined
}
