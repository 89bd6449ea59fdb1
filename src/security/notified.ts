import * as z from 'zod'
import { ADDRESS_ADVICE, type Address, normaliseAddress } from './address.ts'

/** Most organisers who get mails about a send: a small team. A list of readers does not belong here. */
export const MAX_NOTIFIED = 5

/** The setting NOTIFY: addresses with commas. A fault says which entry is wrong and never quotes an address. */
export const notifySetting = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = text.split(',').filter((entry) => entry.trim() !== '')
    if (entries.length > MAX_NOTIFIED)
      context.addIssue(`names ${entries.length} addresses: expected at most ${MAX_NOTIFIED}`)
    const addresses = new Set<Address>()
    for (const [i, entry] of entries.entries()) {
      const read = normaliseAddress(entry)
      if (read.ok) addresses.add(read.value)
      else context.addIssue(`entry ${i + 1} is not an e-mail address: expected ${ADDRESS_ADVICE[read.error]}`)
    }
    return context.issues.length > 0 ? z.NEVER : [...addresses]
  })

export type Notified = readonly Address[]
