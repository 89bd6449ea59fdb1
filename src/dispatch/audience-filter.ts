import * as z from 'zod'
import { locale, topic } from '../campaigns/definition.ts'

/** Whom a dispatch is for. `locales` means the language a person would be sent, not every language they read. */
export const audience = z.strictObject({
  locales: z.array(locale).min(1).optional(),
  topics: z.array(topic).min(1).optional(),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'expected country codes of two capitals'))
    .min(1)
    .optional(),
  confirmedAfter: z.iso.datetime({ offset: true }).optional(),
})
export type Audience = z.infer<typeof audience>
