import * as z from 'zod'

export type SettingFault = { name: string; message: string }

/** A setting that must be there. `what` says for people what is expected. */
export const requiredText = (what: string) =>
  z
    .string({ error: `is missing: ${what}` })
    .trim()
    .min(1, `is empty: ${what}`)

/** The address of a site or an API, without its final slash. */
export const webAddress = (what: string) =>
  requiredText(what)
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), `is not a web address: ${what}`)
    .transform((text) => text.replace(/\/+$/, ''))
