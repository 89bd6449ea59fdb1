import { defined } from '../../kit/defined.ts'
import { type Address, mailboxOf } from '../../security/address.ts'
import type { Supporter } from '../../supporter-list/supporter.ts'
import type { ImportedConsent, ImportRow, LeavingReason } from './row.ts'

/** A row of a list with its row number in the file. */
export type NumberedRow = ImportRow & { row: number }

/**
 * All data of a list about one mailbox. `rows` are its row numbers, in the order of the file; `spellings` are further addresses of the
 * mailbox, such as with another `+tag`.
 */
export type ImportedPerson = ImportRow & { rows: number[]; spellings?: Address[] }

/** Most addresses of a person who left that are suppressed together, so that a step stays within the platform's operations. */
export const MOST_LEAVING = 100

/**
 * Merges rows of the same mailbox into one person, in the order of first appearance. If one row says that they left, they left. The
 * row with the latest consent wins; missing fields are filled from the other rows, later rows first. Whoever left under more than
 * `MOST_LEAVING` addresses comes in parts, the first with all row numbers.
 */
export function mergeRows(entries: readonly NumberedRow[]): ImportedPerson[] {
  return [...Map.groupBy(entries, ({ email }) => mailboxOf(email)).values()].map(mergeSameMailbox).flatMap(inParts)
}

function inParts(person: ImportedPerson): ImportedPerson[] {
  const addresses = [person.email, ...(person.spellings ?? [])]
  if (person.leaves === undefined || addresses.length <= MOST_LEAVING) return [person]
  const parts: ImportedPerson[] = []
  for (let at = 0; at < addresses.length; at += MOST_LEAVING) {
    const [email = person.email, ...spellings] = addresses.slice(at, at + MOST_LEAVING)
    parts.push({ ...person, email, spellings, rows: at === 0 ? person.rows : [] })
  }
  return parts
}

const GRAVITY: readonly LeavingReason[] = ['complained', 'unsubscribed', 'bounced']

function mergeSameMailbox(entries: readonly NumberedRow[]): ImportedPerson {
  const rows = entries.map(({ row }) => row).sort((a, b) => a - b)
  const weight = ({ consent }: ImportRow) => consent?.at ?? Number.NEGATIVE_INFINITY
  const ranked = entries.toSorted((a, b) => weight(b) - weight(a) || b.row - a.row)
  const [first] = ranked
  if (first === undefined) throw new Error('a person needs at least one row')
  const name = first.name ?? ranked.find((entry) => entry.name !== undefined)?.name
  const country = first.country ?? ranked.find((entry) => entry.country !== undefined)?.country
  const leaves = GRAVITY.find((reason) => entries.some((entry) => entry.leaves === reason))
  const spellings = [...new Set(entries.map(({ email }) => email))].filter((email) => email !== first.email)
  return {
    rows,
    email: first.email,
    ...(spellings.length > 0 && { spellings }),
    ...defined({ leaves }),
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
  | { kind: 'leaves'; reason: LeavingReason } // the file says so
  | { kind: 'stays' } // the file says that they left, and they joined here themselves
  | { kind: 'imported'; record: Supporter | null } // null: written already, before a restart
  | { kind: 'merged'; record: Supporter | null } // null: nothing to add to it
  | { kind: 'confirm' }

/**
 * Decides what to do with a person. Suppressed people are never imported, nor those whom the file says have left, unless they joined
 * here themselves. An existing record is the person's own choice; a list
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
  if (person.leaves !== undefined) {
    const isOwnChoice = admitted || (existing !== null && !existing.consent.via.startsWith(IMPORT))
    return isOwnChoice ? { kind: 'stays' } : { kind: 'leaves', reason: person.leaves }
  }
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
  const { rows: _, spellings: __, leaves: ___, consent, locales, ...profile } = person
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
