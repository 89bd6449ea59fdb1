import type { Settings } from '../../src/env.ts'
import { normaliseAddress } from '../../src/security/address.ts'
import { readOptOut } from '../../src/security/opt-out.ts'
import { nameOf, numberOf } from './people.ts'
import type { Sample } from './wire.ts'

/** What is wrong with a mail that came: it must greet its own reader, and its link must take that reader off the list. */
export async function faultsOf({ to, html, text, unsubscribe }: Sample, settings: Settings): Promise<string[]> {
  const address = to.slice(to.lastIndexOf('<') + 1).replace('>', '')
  const name = nameOf(numberOf(address))
  const link = unsubscribe.replace(/[<>]/g, '')
  const email = normaliseAddress(address)
  const optOut = await readOptOut(settings.keys, link.slice(link.lastIndexOf('/') + 1), Date.now())
  const own = email.ok ? await settings.fingerprint(email.value) : ''
  return [
    ...(name === undefined || html.includes(name) ? [] : ['the HTML does not greet its reader']),
    ...(name === undefined || text.includes(name) ? [] : ['the text does not greet its reader']),
    ...(html.includes(link) && text.includes(link)
      ? []
      : ['the link to leave stands in the header and not in the mail']),
    ...(optOut.ok && optOut.value.fingerprint === own ? [] : ['the link to leave is not that of its reader']),
  ]
}
