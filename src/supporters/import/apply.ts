import type { Keyring } from '../../security/keyring.ts'
import type { SupporterStore } from '../../supporter-list/store.ts'
import { decide, type ImportDecision, type ImportedPerson, mergeRows, type NumberedRow } from './decision.ts'
import type { RefusedRow } from './refusals.ts'
import { openPeople, sealPeople } from './sealed-rows.ts'
import type { QueuedRecord, Staging } from './staging.ts'
import type { ImportCounts, ImportStatus } from './status.ts'
import { placeOf } from './upload.ts'

/** People of one step: as many as KV reads in one operation. */
export const STEP_PEOPLE = 100
/** People worked through from memory, at the least, before the next buckets are opened. */
const RANGE_PEOPLE = 2_000
/** Operations a step may take: reading, asking who left before and after, a write for each, and the same again for removals. */
export const STEP_OPERATIONS = 3 + 2 * STEP_PEOPLE

/** What a step needs of the world. */
export type ImportDeps = {
  keys: Keyring
  fingerprint(person: ImportedPerson): Promise<string>
  membership(fingerprints: string[]): Promise<{ left: string[]; admitted: string[] }>
  store: Pick<SupporterStore, 'getAll' | 'put' | 'remove'>
}

/** People of some buckets, of whom nobody is anywhere else. */
export type Range = { from: number; until: number; people: ImportedPerson[] }

/** The buckets that come next; null when there are none left. */
export async function openRange(staging: Staging, keys: Keyring, { id, cursor }: ImportStatus): Promise<Range | null> {
  const until = cursor.until > cursor.from ? cursor.until : nextUntil(staging, cursor.from)
  if (until === null) return null
  const entries: NumberedRow[] = []
  for (const { part, seq, sealed } of staging.inBuckets(cursor.from, until)) {
    for (const { rows, ...person } of await openPeople(keys, placeOf(id, part, seq), sealed))
      entries.push({ ...person, row: rows[0] ?? 0 })
  }
  return { from: cursor.from, until, people: mergeRows(entries) }
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

/** What a step came to, to be kept in one transaction. */
export type ImportStep = {
  counts: Omit<ImportCounts, 'people'>
  refused: RefusedRow[]
  toConfirm: ImportedPerson[]
  operations: number
}

/** Works through some people: whoever has proof of consent goes in, and the others are put aside to be asked. */
export async function importStep(
  people: readonly ImportedPerson[],
  status: ImportStatus,
  deps: ImportDeps,
): Promise<ImportStep> {
  const fingerprints = await Promise.all(people.map(deps.fingerprint))
  const [{ left, admitted }, existing] = await Promise.all([
    deps.membership(fingerprints),
    deps.store.getAll(fingerprints),
  ])
  const decisions = people.map((person, at) => {
    const fingerprint = fingerprints[at] ?? ''
    const known = {
      left: left.includes(fingerprint),
      admitted: admitted.includes(fingerprint),
      existing: existing.get(fingerprint) ?? null,
    }
    return decide(person, known, status.begun, status.locale)
  })
  const written = fingerprints.flatMap((fingerprint, at) => {
    const decision = decisions[at]
    return decision !== undefined && recordOf(decision) !== null ? [fingerprint] : []
  })
  await Promise.all(
    decisions.map(async (decision, at) => {
      const record = recordOf(decision)
      if (record !== null) await deps.store.put(fingerprints[at] ?? '', record)
    }),
  )
  // Whoever leaves is in Suppression before their record goes, so either they see this record or this sees them. A step that was begun
  // before may have written its record and stopped before it looked: what is there of those who left is taken away again.
  const stale = status.begun.length > 1 ? left : []
  const since = written.length === 0 ? [] : (await deps.membership(written)).left
  const gone = [...new Set([...since, ...stale])]
  await Promise.all(gone.map((fingerprint) => deps.store.remove(fingerprint)))
  const settled = decisions.map((decision, at) =>
    since.includes(fingerprints[at] ?? '') ? ({ kind: 'left' } as const) : decision,
  )
  return { ...summarise(people, settled), operations: 3 + written.length + gone.length }
}

const recordOf = (decision: ImportDecision) => ('record' in decision ? decision.record : null)

/** One row of a person is what became of them; further ones have merged with it. Who left is refused by every row. */
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
    if (kind === 'left') {
      step.counts.refused += person.rows.length
      step.refused.push(...person.rows.map((row) => ({ row, reason: 'left' as const })))
      continue
    }
    step.counts.merged += person.rows.length - 1
    if (kind === 'confirm') step.toConfirm.push({ ...person, rows: person.rows.slice(0, 1) })
    else if (kind === 'imported' || kind === 'merged') step.counts[kind]++
  }
  return step
}

export const queuePlace = (id: string, seq: number): string => `${id}/asking/${seq}`

export async function sealQueue(
  keys: Keyring,
  id: string,
  seq: number,
  people: readonly ImportedPerson[],
): Promise<QueuedRecord | null> {
  return people.length === 0
    ? null
    : { seq, people: people.length, sealed: await sealPeople(keys, queuePlace(id, seq), people) }
}
