import { defined } from '../../kit/defined.ts'
import type { Supporter } from '../../supporter-list/supporter.ts'
import type { ImportedConsent, ImportRow } from './row.ts'

/** A row and its number in the file. */
export type NumberedRow = ImportRow & { row: number }

/** Everything the file says of one address; `rows` in the order of the file. */
export type ImportedPerson = ImportRow & { rows: number[] }

/**
 * Rows of one address become one person: of several, the one with the latest consent says what holds, and where it is silent the
 * others are heard, the later first. In the order in which the addresses first appear.
 */
export function mergeRows(entries: readonly NumberedRow[]): ImportedPerson[] {
  const byAddress = Map.groupBy(entries, ({ email }) => email)
  return [...byAddress.values()].map(mergeSameAddress)
}

function mergeSameAddress(entries: readonly NumberedRow[]): ImportedPerson {
  const rows = entries.map(({ row }) => row).sort((a, b) => a - b)
  const weight = ({ consent }: ImportRow) => consent?.at ?? Number.NEGATIVE_INFINITY
  const ranked = entries.toSorted((a, b) => weight(b) - weight(a) || b.row - a.row)
  const [first] = ranked
  if (first === undefined) throw new Error('nobody is made of no rows')
  const name = first.name ?? ranked.find((entry) => entry.name !== undefined)?.name
  const country = first.country ?? ranked.find((entry) => entry.country !== undefined)?.country
  return {
    rows,
    email: first.email,
    ...defined({ name }),
    locales: ranked.find(({ locales }) => locales.length > 0)?.locales ?? [],
    topics: ranked.find(({ topics }) => topics.length > 0)?.topics ?? [],
    ...defined({ country, consent: first.consent }),
  }
}

/** How an address stands: `admitted` by a link of its own lately, which KV may not show yet. */
export type KnownPerson = { left: boolean; admitted: boolean; existing: Supporter | null }

export type ImportDecision =
  | { kind: 'left' }
  | { kind: 'imported'; record: Supporter | null } // null: written already, before a restart
  | { kind: 'merged'; record: Supporter | null } // null: nothing to add to it
  | { kind: 'confirm' }

/**
 * What becomes of a person. Who has left stays away. An existing record is the person's own later choice and stands; a list only tells
 * a name or a country that it lacks. `begun`: when this step was begun, now last and before earlier restarts (epoch ms): a record
 * since one of these times is our own.
 */
export function decide(
  person: ImportedPerson,
  { left, admitted, existing }: KnownPerson,
  begun: readonly number[],
  locale: string,
): ImportDecision {
  if (left) return { kind: 'left' }
  if (existing !== null) {
    if (person.consent !== undefined && isOwn(existing, begun)) return { kind: 'imported', record: null }
    const name = existing.name ?? person.name
    const country = existing.country ?? person.country
    const fills = name !== existing.name || country !== existing.country
    const record = { ...existing, ...defined({ name, country }) }
    return { kind: 'merged', record: fills ? record : null }
  }
  if (admitted) return { kind: 'merged', record: null }
  if (person.consent === undefined) return { kind: 'confirm' }
  const { rows: _, consent, locales, ...profile } = person
  const since = begun.at(-1) ?? 0
  const record = {
    ...profile,
    locales: locales.length > 0 ? locales : [locale],
    since, // the time of the import, so that a follow-up to those who joined since reaches them
    consent: { wording: consent.wording, at: consent.at, via: viaOf(consent) },
  }
  return { kind: 'imported', record }
}

const IMPORT = 'import:'

/** How a record says where its consent comes from. A list that was exported here keeps what it said then. */
export const viaOf = ({ source }: Pick<ImportedConsent, 'source'>): string =>
  source.startsWith(IMPORT) ? source : IMPORT + source

const isOwn = ({ since, consent }: Supporter, begun: readonly number[]): boolean =>
  begun.includes(since) && consent.via.startsWith(IMPORT)
