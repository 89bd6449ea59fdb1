import * as z from 'zod'
import { countryOf } from '../kit/countries.ts'

/** Schemas of single values in `campaign.yaml`. */

const PHONE = /^\+[0-9 ()-]{6,24}$/

export const date = z.iso.date('expected a date such as 2015-09-28')
export const time = z
  .string()
  .refine(
    isLocalTime,
    'expected a local time such as 2015-09-28T16:00, without Z or an offset: the time zone stands in zone',
  )
export const phone = z
  .string()
  .overwrite(plainPhone)
  .regex(
    PHONE,
    'expected an international number such as +7 384 223 3156: +, then digits, spaces, brackets and hyphens',
  )

/**
 * The next three take any text, so that a campaign published under earlier rules can be read. `source/field-rules.ts`
 * checks the files.
 */
export const country = z.string().overwrite((text) => countryOf(text) ?? text)
export const webUrl = z.string()
export const email = z.string().trim()

export const zone = z.string().refine(isZone, {
  error: ({ input }) => `expected a time zone of the IANA list, such as ${zoneLike(String(input))}`,
})

/** The zone whose last part a text names, in any case: `london` is Europe/London. */
function zoneLike(text: string): string {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '_')
  const named = (zone: string) => zone.toLowerCase() === wanted || zone.toLowerCase().endsWith(`/${wanted}`)
  return Intl.supportedValuesOf('timeZone').find(named) ?? 'Europe/London'
}

/** Whether a text is a time on a clock, without a zone. */
export function isLocalTime(text: string): boolean {
  return !/z$/i.test(text) && z.iso.datetime({ local: true }).safeParse(text).success
}

/** A phone number with plain spaces, hyphens and digits: copied numbers hold no-break spaces, dashes and marks of direction. */
function plainPhone(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\p{Pd}/gu, '-')
    .replace(/\p{Cf}/gu, '')
    .trim()
}

export function isZone(name: string): boolean {
  if (!/^([A-Z][\w+-]*\/[\w+/-]+|UTC)$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
