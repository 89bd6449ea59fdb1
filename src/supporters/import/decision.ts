import { defined } from '../../kit/defined.ts'
import type { Supporter } from '../../supporter-list/supporter.ts'
import type { ImportedConsent, ImportRow } from './row.ts'

/** A row of a list with its row number in the file. */
export type NumberedRow = ImportRow & { row: number }

/** All data of a list about one address. `rows` are its row numbers, in the order of the file. */
export type ImportedPerson = ImportRow & { rows: number[] }

/**
 * Merges rows of the same address into one person, in the order of first appearance. The row with the latest consent wins;
 * missing fields are filled from the other rows, later rows first.
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
  if (first === undefined) throw new Error('a person needs at least one row')
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

/** What is known about an address. `admitted`: confirmed by a link recently, which KV may not show yet. */
type KnownPerson = { left: boolean; admitted: boolean; existing: Supporter | null }

export type ImportDecision =
  | { kind: 'left' }
  | { kind: 'imported'; record: Supporter | null } // null: written already, before a restart
  | { kind: 'merged'; record: Supporter | null } // null: nothing to add to it
  | { kind: 'confirm' }

/**
 * Decides what to do with a person. Suppressed people are never imported. An existing record is the person's own choice; a list
 * only adds a missing name or country. `begun`: times (epoch ms) at which this step was begun, last now: a record with one of
 * these times comes from this step.
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
    since, // the time of the import, so that a follow-up to recently joined people reaches them
    consent: { wording: consent.wording, at: consent.at, via: viaOf(consent) },
  }
  return { kind: 'imported', record }
}

const IMPORT = 'import:'

/** Origin of imported consent in a record: prefixed with `import:`. An exported and imported record keeps its origin. */
const viaOf = ({ source }: Pick<ImportedConsent, 'source'>): string =>
  source.startsWith(IMPORT) ? source : IMPORT + source

const isOwn = ({ since, consent }: Supporter, begun: readonly number[]): boolean =>
  begun.includes(since) && consent.via.startsWith(IMPORT)
