import { directionOf } from '../../kit/locales.ts'
import { type Fingerprinter, normaliseAddress } from '../../security/address.ts'
import type { Audience } from '../../supporter-list/audience-filter.ts'
import type { AudiencePage, Person } from '../../supporter-list/person.ts'

/** The domain of invented readers. It is reserved (RFC 2606), so no transport that sends takes it. */
const DOMAIN = 'practice.example.org'
/** A name as long as the form takes: 100 characters. */
const LONG_NAME = 'Wilhelmina Theodora Bartholomew-Featherstonehaugh of the Amalgamated Dockers and Stevedores of Leith'

/** The names of the readers of one language: an ordinary one, none, a long one, and one that is written the other way. */
const namesIn = (locale: string): Array<string | undefined> => [
  'Alex Sample',
  undefined,
  LONG_NAME,
  directionOf(locale) === 'rtl' ? 'Jean-Luc Martin' : 'ليلى منصور',
]

/** All invented readers of a practice, as one page. They fit the audience, whatever it asks for. */
export async function inventedReaders(
  locales: readonly string[],
  { topics = [], countries = [] }: Audience,
  fingerprint: Fingerprinter,
): Promise<AudiencePage> {
  const people: Person[] = []
  for (const locale of locales)
    for (const [i, name] of namesIn(locale).entries()) {
      const address = normaliseAddress(`reader-${i + 1}.${locale}@${DOMAIN}`)
      if (!address.ok) throw new Error(`no address can be invented for ${locale}`)
      const [country] = countries
      people.push({
        fingerprint: await fingerprint(address.value),
        email: address.value,
        ...(name !== undefined && { name }),
        locales: [locale],
        topics: [...topics],
        ...(country !== undefined && { country }),
        since: Number.MAX_SAFE_INTEGER, // later than any confirmedAfter
      })
    }
  return { people, done: true, operations: 0, damaged: 0 }
}
