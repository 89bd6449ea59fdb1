import type { Address } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import type { SupporterStore } from '../../supporter-list/store.ts'
import {
  decide,
  type ImportDecision,
  type ImportedPerson,
  MOST_LEAVING,
  mergeRows,
  type NumberedRow,
} from './decision.ts'
import type { RefusedRow } from './refusals.ts'
import type { LeavingReason } from './row.ts'
import { openPeople, sealPeople } from './sealed-rows.ts'
import { printsOf, type QueuedRecord, type Staging } from './staging.ts'
import type { ImportCounts, ImportStatus } from './status.ts'
import { placeOf } from './upload.ts'

/** People of one step: the maximum that KV reads in one bulk operation. */
export const STEP_PEOPLE = 100
/** Minimum number of people to decrypt into memory at once. */
const RANGE_PEOPLE = 2_000
/** Operations of a step besides those for each person: one read and two suppression checks. */
const COMMON_OPERATIONS = 3
/** Operations for a person: a write and a removal, or a suppression of each address. */
const operationsFor = ({ leaves, spellings = [] }: ImportedPerson): number => (leaves ? 1 + spellings.length : 2)
/** Maximum operations of a step. */
export const STEP_OPERATIONS = COMMON_OPERATIONS + 2 * STEP_PEOPLE + MOST_LEAVING

/** The people of the next step: the first of these, as many as `STEP_PEOPLE` and `STEP_OPERATIONS` allow, and at least one. */
export function peopleOfStep(people: readonly ImportedPerson[]): ImportedPerson[] {
  let operations = COMMON_OPERATIONS
  const over = people.findIndex((person, at) => {
    operations += operationsFor(person)
    return at === STEP_PEOPLE || operations > STEP_OPERATIONS
  })
  return people.slice(0, over === -1 ? people.length : over)
}

/** Dependencies of an import step. */
export type ImportDeps = {
  keys: Keyring
  fingerprint(person: Pick<ImportedPerson, 'email'>): Promise<string>
  /** Suppresses a person who has left elsewhere, and removes them from the list. */
  suppress(fingerprint: string, reason: LeavingReason): Promise<void>
  membership(fingerprints: string[]): Promise<{ left: string[]; admitted: string[]; changing: string[] }>
  /** Writes the people's own recent changes to KV again, over what the import has written. */
  repeatChanges(fingerprints: string[]): Promise<void>
  store: Pick<SupporterStore, 'getAll' | 'put' | 'remove'>
}

/** People in the buckets [from, until). No address occurs in another bucket. */
export type Range = { from: number; until: number; people: ImportedPerson[]; unreadable: number }

/**
 * Decrypts the next buckets after the cursor; null when none are left. `unreadable`: people of records that do not open.
 * @throws Error when nothing of the import has opened yet: then KEYRING lacks the key, and the rows must not be lost.
 */
export async function openRange(
  staging: Staging,
  keys: Keyring,
  { id, cursor, counts }: ImportStatus,
): Promise<Range | null> {
  const until = cursor.until > cursor.from ? cursor.until : nextUntil(staging, cursor.from)
  if (until === null) return null
  const entries: NumberedRow[] = []
  let unreadable = 0
  for (const { part, seq, people, sealed } of staging.inBuckets(cursor.from, until)) {
    const opened = await openPeople(keys, placeOf(id, part, seq), sealed)
    if (opened === null) unreadable += people
    for (const { rows, ...person } of opened ?? []) entries.push({ ...person, row: rows[0] ?? 0 })
  }
  const isFirst = counts.imported + counts.confirming + counts.merged === 0
  if (unreadable > 0 && entries.length === 0 && isFirst)
    throw new Error('the staged rows do not open: KEYRING must still hold the key that sealed them')
  return { from: cursor.from, until, people: mergeRows(entries), unreadable }
}

function nextUntil(staging: Staging, from: number): number | null {
  let people = 0
  let until: number | null = null
  for (const size of staging.sizes(from)) {
    until = size.bucket + 1
    people += size.people
    if (people >= RANGE_PEOPLE) break
  }
  return until
}

/** Result of a step, to be stored in one transaction. */
export type ImportStep = {
  counts: Omit<ImportCounts, 'people'>
  refused: RefusedRow[]
  toConfirm: ImportedPerson[]
  operations: number
}

/** Imports people with proof of consent; returns the others in `toConfirm`, to be asked by mail. */
export async function importStep(
  people: readonly ImportedPerson[],
  status: ImportStatus,
  deps: ImportDeps,
): Promise<ImportStep> {
  const fingerprints = await Promise.all(people.map(deps.fingerprint))
  const spellings = await Promise.all(people.map((person) => spellingsOf(person, deps)))
  const [{ left, admitted, changing }, existing] = await Promise.all([
    deps.membership([...fingerprints, ...spellings.flat()]),
    deps.store.getAll(fingerprints),
  ])
  const decisions = people.map((person, at) => {
    const fingerprint = fingerprints[at] ?? ''
    const all = [fingerprint, ...(spellings[at] ?? [])]
    const known = {
      left: all.some((one) => left.includes(one)),
      admitted: admitted.includes(fingerprint) || changing.includes(fingerprint),
      existing: changing.includes(fingerprint) ? null : (existing.get(fingerprint) ?? null), // KV may show an older record
    }
    return decide(person, known, status.begun, status.locale)
  })
  let suppressed = 0
  for (const [at, decision] of decisions.entries()) {
    if (decision.kind !== 'leaves') continue
    for (const one of [fingerprints[at] ?? '', ...(spellings[at] ?? [])]) {
      await deps.suppress(one, decision.reason)
      suppressed++
    }
  }
  const written = fingerprints.flatMap((fingerprint, at) => {
    const decision = decisions[at]
    return decision !== undefined && recordOf(decision) !== null ? [fingerprint] : []
  })
  const puts = await Promise.allSettled(
    decisions.map(async (decision, at) => {
      const record = recordOf(decision)
      if (record !== null) await deps.store.put(fingerprints[at] ?? '', record)
    }),
  )
  // An unsubscribe suppresses first and removes the record second, so either it removes this record or this check sees it.
  // A step that restarts may have written records before it stopped: records of suppressed people are removed again.
  const stale = status.begun.length > 1 ? left : []
  const after = written.length === 0 ? null : await deps.membership(written)
  const since = after?.left ?? []
  const changed = (after?.changing ?? []).filter((fingerprint) => !since.includes(fingerprint))
  if (changed.length > 0) await deps.repeatChanges(changed)
  const gone = [...new Set([...since, ...stale])]
  await Promise.all(gone.map((fingerprint) => deps.store.remove(fingerprint)))
  // Only now: whatever was written before a failure has been checked.
  for (const put of puts) if (put.status === 'rejected') throw put.reason
  const settled = decisions.map((decision, at) =>
    since.includes(fingerprints[at] ?? '') ? ({ kind: 'left' } as const) : decision,
  )
  return { ...summarise(people, settled), operations: COMMON_OPERATIONS + written.length + gone.length + suppressed }
}

/** Removes the records of those who have left from the list again, after a step that stopped between writing and checking. */
export async function removeLeavers(people: readonly ImportedPerson[], deps: ImportDeps): Promise<void> {
  const { left } = await deps.membership(await Promise.all(people.map(deps.fingerprint)))
  await Promise.all(left.map((fingerprint) => deps.store.remove(fingerprint)))
}

/** Fingerprints of the further addresses of a person's mailbox. */
const spellingsOf = ({ spellings = [] }: ImportedPerson, deps: ImportDeps): Promise<string[]> =>
  Promise.all(spellings.map((email) => deps.fingerprint({ email })))

/** All addresses of a person in the list. */
export const addressesOf = ({ email, spellings = [] }: ImportedPerson): Address[] => [email, ...spellings]

const recordOf = (decision: ImportDecision) => ('record' in decision ? decision.record : null)

/** Why rows are named in the report, by decision. */
const NAMED = { left: 'left', leaves: 'left-elsewhere', stays: 'joined-here' } as const

/**
 * Counts the outcome of each row. Further rows of a person count as merged; all rows of a suppressed person, or of one who stays although
 * the file says that they left, count as refused.
 */
function summarise(
  people: readonly ImportedPerson[],
  decisions: readonly ImportDecision[],
): Omit<ImportStep, 'operations'> {
  const step: Omit<ImportStep, 'operations'> = {
    counts: { imported: 0, confirming: 0, merged: 0, refused: 0 },
    refused: [],
    toConfirm: [],
  }
  for (const [at, person] of people.entries()) {
    const kind = decisions[at]?.kind
    if (kind === 'left' || kind === 'leaves' || kind === 'stays') {
      const reason = NAMED[kind]
      step.counts.refused += person.rows.length
      step.refused.push(...person.rows.map((row) => ({ row, reason }) as const))
      continue
    }
    step.counts.merged += person.rows.length - 1
    if (kind === 'confirm') step.toConfirm.push({ ...person, rows: person.rows.slice(0, 1) })
    else if (kind === 'imported' || kind === 'merged') step.counts[kind]++
  }
  return step
}

/** Place for which a record of the confirmation queue is sealed. */
export const queuePlace = (id: string, seq: number): string => `${id}/asking/${seq}`

/** Seals people who wait for a confirmation mail; null if there are none. */
export async function sealQueue(
  { keys, fingerprint }: Pick<ImportDeps, 'keys' | 'fingerprint'>,
  id: string,
  seq: number,
  people: readonly ImportedPerson[],
  retry: Pick<QueuedRecord, 'dueAt' | 'firstTryAt'> = { dueAt: 0, firstTryAt: null },
): Promise<QueuedRecord | null> {
  return people.length === 0
    ? null
    : {
        seq,
        people: people.length,
        ...retry,
        prints: printsOf(await Promise.all(people.flatMap(addressesOf).map((email) => fingerprint({ email })))),
        sealed: await sealPeople(keys, queuePlace(id, seq), people),
      }
}
