import * as z from 'zod'

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
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), `is not a web address: ${what}`)
    .transform((text) => text.replace(/\/+$/, ''))

/** Schema of an optional setting with a number of things, at least one. */
export const someOrUnset = z.coerce
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .positive('must be more than 0')
  .optional()

/** Whether a BCP 47 tag is written in the canonical form of `Intl`: `zh-Hant`, not `zh_hant`. */
export function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text)[0] === text
  } catch {
    return false
  }
}
