import type { StoredRecipient } from '../../delivery/sealed-recipients.ts'
import { type Audience, localeFor } from '../../supporter-list/audience-filter.ts'
import type { Person } from '../../supporter-list/person.ts'

/** Somebody frozen into a dispatch. */
export type PlannedRecipient = { fingerprint: string; recipient: StoredRecipient }

/** Per language, the people who do not fill a batch yet. */
export type Remainders = Record<string, PlannedRecipient[]>

export type FilledBatch = { locale: string; people: PlannedRecipient[] }

/** Bytes of recipients in one batch, before sealing: a row holds 2 MB at most, and sealing and the other columns need room. */
export const MAX_BATCH_BYTES = 1_400_000

/** Sorts one page of people into batches of one language each. `taken` are those an earlier dispatch of this appeal has. */
export function fillBatches(
  remainders: Remainders,
  page: readonly Person[],
  rules: { audience: Audience; locales: readonly string[]; maxBatch: number; alreadyReached: ReadonlySet<string> },
): { filled: FilledBatch[]; remainders: Remainders } {
  const open: Remainders = Object.fromEntries(
    Object.entries(remainders).map(([locale, people]) => [locale, [...people]]),
  )
  const filled: FilledBatch[] = []
  for (const person of page) {
    const locale = rules.alreadyReached.has(person.fingerprint)
      ? null
      : localeFor(person, rules.audience, rules.locales)
    if (locale === null) continue
    const people = open[locale] ?? []
    open[locale] = people
    people.push({ fingerprint: person.fingerprint, recipient: toStoredRecipient(person) })
    if (people.length >= rules.maxBatch || bytesOf(people) >= MAX_BATCH_BYTES) {
      filled.push({ locale, people })
      delete open[locale]
    }
  }
  while (Object.values(open).reduce((sum, people) => sum + remainderBytes(people), 0) > MAX_BATCH_BYTES) {
    const [largest] = Object.entries(open).sort(([, a], [, b]) => remainderBytes(b) - remainderBytes(a))
    if (largest === undefined) break
    const [locale, people] = largest
    filled.push({ locale, people }) // a call for fewer than it could be
    delete open[locale]
  }
  return { filled, remainders: open }
}

const toStoredRecipient = ({ email, name, locales }: Person): StoredRecipient =>
  name === undefined ? { email, locales } : { email, name, locales }

/** Bytes that somebody who fills no batch yet takes beside their address and name: they all stand in one row, fingerprints twice. */
const OVERHEAD_BYTES = 160
/** Bytes of a locale among an recipient's, and at most of a character. */
const LOCALE_BYTES = 12
const CHARACTER_BYTES = 3

const remainderBytes = (people: readonly PlannedRecipient[]): number =>
  people.reduce((sum, { recipient: { email, name = '', locales } }) => {
    const text = email.length + name.length * CHARACTER_BYTES + locales.length * LOCALE_BYTES
    return sum + OVERHEAD_BYTES + text
  }, 0)

/** An upper bound without encoding: addresses and names are limited, so only very large batches come near the limit. */
const MAX_RECIPIENT_BYTES = 1_200
const bytesOf = (people: readonly PlannedRecipient[]): number => people.length * MAX_RECIPIENT_BYTES
