import type { Settings } from '../../src/env.ts'
import { normaliseAddress } from '../../src/security/address.ts'
import { readOptOut } from '../../src/security/opt-out.ts'
import { nameOf, numberOf } from './people.ts'
import type { Sample } from './wire.ts'

/** Faults of a received mail: the mail must greet its recipient, and its unsubscribe link must have the recipient's fingerprint. */
export async function faultsOf({ to, html, text, unsubscribe }: Sample, settings: Settings): Promise<string[]> {
  const address = to.slice(to.lastIndexOf('<') + 1).replace('>', '')
  const name = nameOf(numberOf(address))
  const link = unsubscribe.replace(/[<>]/g, '')
  const email = normaliseAddress(address)
  const optOut = await readOptOut(settings.keys, link.slice(link.lastIndexOf('/') + 1), Date.now())
  const own = email.ok ? await settings.fingerprint(email.value) : ''
  return [
    ...(name === undefined || html.includes(name) ? [] : ['the HTML does not greet its recipient']),
    ...(name === undefined || text.includes(name) ? [] : ['the text does not greet its recipient']),
    ...(html.includes(link) && text.includes(link)
      ? []
      : ['the unsubscribe link of the header is missing in the mail']),
    ...(optOut.ok && optOut.value.fingerprint === own ? [] : ['the unsubscribe link belongs to another person']),
  ]
}
