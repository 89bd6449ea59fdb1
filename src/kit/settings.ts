import * as z from 'zod'
import { parseJson } from './parse-json.ts'

export type SettingFault = { name: string; message: string }

/** Schema of a required setting. `what` describes the expected value in the error message. */
export const requiredText = (what: string) =>
  z
    .string({ error: `is missing: ${what}` })
    .trim()
    .min(1, `is empty: ${what}`)

/** Schema of a setting with the URL of a site or an API; the final slash is removed. */
export const webAddress = (what: string) =>
  requiredText(what)
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: ({ input }) => `is not a web address: ${what}${withScheme(String(input))}`,
    })
    .transform((text) => text.replace(/\/+$/, ''))

/** Schema of an optional setting with a number of things, at least one. */
export const someOrUnset = z.coerce
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .positive('must be more than 0')
  .optional()

/** How to write an address without its scheme, such as `act.example.org`. */
const withScheme = (text: string): string =>
  /^[^\s:/]+\.[^\s:/]+(\/\S*)?$/.test(text) && URL.canParse(`https://${text}`)
    ? `; write ${new URL(`https://${text}`).origin}`
    : ''

type SettingRule = [
  holds: (value: string | string[]) => boolean,
  message: { error: (issue: { input?: unknown }) => string },
]

/** Rule of one origin or several. The message says how to write each: without path, in lower case, outside ASCII in punycode. */
export const origins = (message: string): SettingRule =>
  written(message, (text) => (URL.canParse(text) ? new URL(text).origin : undefined))

/** Rule of BCP 47 tags in the canonical form of `Intl`: `zh-Hant`, not `zh_hant`. */
export const languageTags = (message: string): SettingRule =>
  written(message, (text) => canonicalTag(text.replaceAll('_', '-')))

/** A rule of texts that have one right spelling, undefined for a text that has none. The message names the spelling. */
function written(message: string, rightly: (text: string) => string | undefined): SettingRule {
  const wrongIn = (value: unknown) =>
    [value].flat().flatMap((text) => (typeof text === 'string' && rightly(text) !== text ? [text] : []))
  const advice = (text: string) => (rightly(text) === undefined ? '' : `; write ${rightly(text)} instead of ${text}`)
  return [
    (value) => wrongIn(value).length === 0,
    { error: ({ input }) => message + wrongIn(input).map(advice).join('') },
  ]
}

function canonicalTag(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text)[0]
  } catch {
    return undefined
  }
}

/** Schema of a setting with a positive whole number. `what` describes the expected value in the error message. */
export const wholeNumber = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^[1-9][0-9]{0,8}$/, `must be a whole number above zero: ${what}`)
    .transform(Number)

const WEBHOOK_SECRET = /^([A-Z0-9]+)_WEBHOOK_SECRET$/

/** The values of all settings `<NAME>_WEBHOOK_SECRET`, by the provider's name in lower case. */
export const webhookSecrets = (raw: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) => {
      const provider = WEBHOOK_SECRET.exec(name)?.[1]?.toLowerCase()
      return provider !== undefined && typeof value === 'string' && value.trim() !== ''
        ? [[provider, value.trim()]]
        : []
    }),
  )

const names = z.record(z.string(), z.array(z.string().trim().min(1)))

/** A setting with names by campaign, as JSON. */
export const namesBySlug = z
  .string()
  .default('{}')
  .transform((text, context): Record<string, string[]> => {
    const read = names.safeParse(parseJson(text))
    if (read.success) return read.data
    // The message leaves out the value, because the value contains the names.
    context.addIssue('is malformed: expected JSON such as {"harbour-strike": ["Name Surname"]}')
    return z.NEVER
  })
