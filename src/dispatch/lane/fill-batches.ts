import type { StoredRecipient } from '../../delivery/sealed-recipients.ts'
import { type Audience, localeFor } from '../../supporter-list/audience-filter.ts'
import type { Person } from '../../supporter-list/person.ts'

/** A person of a dispatch, fixed when its lane planned. */
export type PlannedRecipient = { fingerprint: string; recipient: StoredRecipient }

/** The people who do not fill a batch yet, by language. */
export type Remainders = Record<string, PlannedRecipient[]>

/** A batch that is ready to be sealed and stored. */
export type FilledBatch = { locale: string; people: PlannedRecipient[] }

/** Most bytes of recipients in a batch before sealing. A row holds 2 MB, and sealing and the other columns need room. */
export const MAX_BATCH_BYTES = 1_400_000

/**
 * Adds one page of people to the remainders, and returns the batches that are full. Each batch has one language. Leaves out people outside
 * of the audience, and fingerprints in `rules.alreadyReached`.
 */
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
    filled.push({ locale, people }) // the remainders would not fit into their row: this batch is sent although it is not full
    delete open[locale]
  }
  return { filled, remainders: open }
}

const toStoredRecipient = ({ email, name, locales }: Person): StoredRecipient =>
  name === undefined ? { email, locales } : { email, name, locales }

/** Bytes of a remaining person besides address and name. All remainders share one row, which contains each fingerprint twice. */
const OVERHEAD_BYTES = 160
/** Bytes of one locale of a recipient. */
const LOCALE_BYTES = 12
/** Most bytes of one character of a name in UTF-8, as JavaScript counts characters. */
const CHARACTER_BYTES = 3

const remainderBytes = (people: readonly PlannedRecipient[]): number =>
  people.reduce((sum, { recipient: { email, name = '', locales } }) => {
    const text = email.length + name.length * CHARACTER_BYTES + locales.length * LOCALE_BYTES
    return sum + OVERHEAD_BYTES + text
  }, 0)

/** Most bytes of one recipient. Addresses and names have limits, so this bound needs no encoding and only large batches reach the limit. */
const MAX_RECIPIENT_BYTES = 1_200
const bytesOf = (people: readonly PlannedRecipient[]): number => people.length * MAX_RECIPIENT_BYTES
