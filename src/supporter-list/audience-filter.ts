import * as z from 'zod'
import { locale, topic } from '../campaigns/definition.ts'
import { countryAdvice, countryOf } from '../kit/countries.ts'
import { firstAvailable } from '../kit/locales.ts'
import type { Person } from './person.ts'

/** What a request must write for a moment. */
export const MOMENT_EXPECTED =
  'expected a time with its zone, such as 2026-12-05T16:00:00Z or 2026-12-05T16:00:00+01:00'

const country = z
  .string()
  .overwrite((code) => countryOf(code) ?? code)
  .refine((code) => countryOf(code) !== undefined, { error: ({ input }) => countryAdvice(String(input)) })

/**
 * Filter that chooses the supporters of a dispatch. `locales` compares the language a person would be sent, not all they read.
 */
export const audience = z.strictObject({
  locales: z.array(locale).min(1).optional(),
  topics: z.array(topic).min(1).optional(),
  countries: z.array(country).min(1).optional(),
  confirmedAfter: z.iso.datetime({ offset: true, error: MOMENT_EXPECTED }).optional(),
})
export type Audience = z.infer<typeof audience>

/** A stored audience. Earlier versions took any two capitals for a country. */
export const storedAudience = audience.extend({
  countries: z
    .array(z.string().overwrite((code) => countryOf(code) ?? code))
    .min(1)
    .optional(),
})

/**
 * Language in which a dispatch goes to this person, or null when the audience excludes them. A person without topics matches
 * every topic; a person without a country matches no country.
 */
export function localeFor(person: Person, audience: Audience, campaignLocales: readonly string[]): string | null {
  const locale = firstAvailable(person.locales, campaignLocales)
  if (audience.locales !== undefined && !audience.locales.includes(locale)) return null
  if (
    audience.countries !== undefined &&
    (person.country === undefined || !audience.countries.includes(person.country))
  )
    return null
  const { topics, confirmedAfter } = audience
  if (
    topics !== undefined &&
    person.topics.length > 0 &&
    !person.topics.some((topic) => topics.some((t) => t === topic))
  )
    return null
  if (confirmedAfter !== undefined && person.since <= Date.parse(confirmedAfter)) return null
  return locale
}
