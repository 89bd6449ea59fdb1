import * as z from 'zod'
import { cancel, newBatchHeader } from '../../delivery/batch.ts'
import type { NewBatch } from '../../delivery/ledger-rows.ts'
import { isStoredRecipient, sealRecipients } from '../../delivery/sealed-recipients.ts'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'
import { localeFor } from '../../supporter-list/audience-filter.ts'
import type { AudiencePage, Person } from '../../supporter-list/person.ts'
import { type FilledBatch, fillBatches, type PlannedRecipient, type Remainders } from './fill-batches.ts'
import { NOBODY_LEFT_OUT } from './lane-report.ts'
import type { LaneState, PlanningProgress } from './lane-state.ts'

/** What planning needs: the keys that seal recipients, and access to supporters and other dispatches. */
type PlanDeps = {
  keys: Keyring
  /** Reads a page of the audience from `cursor`, without keys up to `after`. */
  read(prefix: string, cursor: string | undefined, after: string | undefined): Promise<AudiencePage>
  /** Which of the fingerprints another dispatch of this appeal has reached or will reach; null if that is not decided yet. */
  alreadyReached(fingerprints: string[]): Promise<ReadonlySet<string> | null>
  /** Who of them gets no mail now. Asked by dry runs only: a send asks before each call. */
  unwilling(fingerprints: string[]): Promise<Unwilling>
}

/** People on the list who get no mail: by pause, or for good, such as after a bounce or a complaint. */
export type Unwilling = { paused: ReadonlySet<string>; suppressed: ReadonlySet<string> }

const REMAINDERS = 'remainders'
/** Why people are cancelled although no organiser cancelled the dispatch. */
const NOT_SENT = 'not sent: their list does not open, because the key that sealed it is not in KEYRING'
const isPlannedRecipient = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'fingerprint' in value &&
  typeof value.fingerprint === 'string' &&
  'recipient' in value &&
  isStoredRecipient(value.recipient)
const remaindersSchema = z.record(z.string(), z.array(z.custom<PlannedRecipient>(isPlannedRecipient)))
const sealedRemainders = sealed(REMAINDERS, remaindersSchema)

/** Pages of the audience per commit. More pages share the cost of a commit, and a crash makes more pages be read again. */
const PAGES_A_COMMIT = 4

/** The number of KV operations. `isUndecided`: nothing is planned, since nobody knows yet whom other dispatches have reached. */
type PlannedPages = { operations: number; isUndecided: boolean }

/**
 * Plans the next pages of the audience into batches. All awaits come first, then one commit, so that a crash leaves no half-planned page.
 */
export async function planPages(state: LaneState, deps: PlanDeps, pagesAtMost = PAGES_A_COMMIT): Promise<PlannedPages> {
  state.isReading = true
  try {
    return await planNext(state, deps, pagesAtMost)
  } finally {
    state.isReading = false
    state.claims.clear() // these people are in batches now, or are not planned
  }
}

async function planNext(state: LaneState, deps: PlanDeps, pagesAtMost: number): Promise<PlannedPages> {
  const { request, locales, maxBatch, prefixes } = state.task()
  let next: PlanningProgress = { ...state.progress(), remaining: {} }
  const people: Person[] = []
  let operations = 0
  for (let pages = 0; pages < pagesAtMost && !next.done && state.mayRun(); pages++) {
    const page = await readNextPage(deps, prefixes[next.prefix] ?? '', next)
    people.push(...page.people.filter((person) => localeFor(person, request.audience, locales) !== null))
    next = advance(next, page, prefixes.length)
    operations += page.operations
  }
  // Asked once, after all pages are read.
  const reached =
    people.length === 0 ? new Set<string>() : await deps.alreadyReached(people.map(({ fingerprint }) => fingerprint))
  if (reached === null) return { operations, isUndecided: true }
  if (request.dryRun) {
    await countPeople(state, deps, next, { people, reached })
    return { operations, isUndecided: false }
  }
  const { opened, lost } = await openRemainders(state, deps.keys)
  const { filled: whole, remainders } = fillBatches(opened, people, {
    audience: request.audience,
    locales,
    maxBatch,
    alreadyReached: reached,
  })

  const open = Object.entries(remainders).map(([locale, people]) => ({ locale, people }))
  if (next.done) whole.push(...open.filter(({ people }) => people.length > 0))
  if (!next.done)
    next.remaining = Object.fromEntries(
      open.map(({ locale, people }) => [locale, people.map(({ fingerprint }) => fingerprint)]),
    )
  const sealed = next.done ? null : await sealedRemainders.bytes(deps.keys, state.placeOf(REMAINDERS), remainders)
  const batches = await toBatches(state, deps.keys, whole)
  batches.push(...unsent(state.ledger.nextId() + batches.length, lost))
  if (state.mayRun()) state.commitPlan(next, sealed, batches)
  return { operations, isUndecided: false }
}

/** Counts people for a dry run, with those left out by reason: whoever has it already counts as that. */
async function countPeople(
  state: LaneState,
  deps: PlanDeps,
  next: PlanningProgress,
  { people, reached }: { people: readonly Person[]; reached: ReadonlySet<string> },
): Promise<void> {
  const { request, locales } = state.task()
  const free = people.filter(({ fingerprint }) => !reached.has(fingerprint))
  const { paused, suppressed } =
    free.length === 0
      ? { paused: new Set<string>(), suppressed: new Set<string>() }
      : await deps.unwilling(free.map(({ fingerprint }) => fingerprint))
  const tally = { ...next.tally }
  const leftOut = { ...(next.leftOut ?? NOBODY_LEFT_OUT) }
  leftOut.reached += people.length - free.length
  for (const person of free) {
    const locale = localeFor(person, request.audience, locales)
    if (suppressed.has(person.fingerprint)) leftOut.suppressed++
    else if (paused.has(person.fingerprint)) leftOut.paused++
    else if (locale !== null) tally[locale] = (tally[locale] ?? 0) + 1
  }
  if (state.mayRun()) state.commitPlan({ ...next, tally, leftOut }, null, [])
}

/** The progress after a page. */
function advance(before: PlanningProgress, page: AudiencePage, prefixes: number): PlanningProgress {
  const done = page.done && before.prefix + 1 === prefixes
  return {
    ...before,
    prefix: before.prefix + (page.done && !done ? 1 : 0),
    cursor: page.cursor,
    lastKey: laterKey(page.lastKey, before.lastKey),
    done,
    damaged: before.damaged + page.damaged,
  }
}

/** Reads a page. If KV has forgotten the cursor after a long pause, reads from the start, without the keys that were read before. */
async function readNextPage(
  deps: PlanDeps,
  prefix: string,
  { cursor, lastKey }: PlanningProgress,
): Promise<AudiencePage> {
  try {
    return await deps.read(prefix, cursor, lastKey)
  } catch (error) {
    if (cursor === undefined) throw error
    return deps.read(prefix, undefined, lastKey)
  }
}

/** The later of two keys. After a lost cursor the list starts with old keys, which must not count as unread again. */
const laterKey = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

async function toBatches(state: LaneState, keys: Keyring, filled: readonly FilledBatch[]): Promise<NewBatch[]> {
  const firstId = state.ledger.nextId()
  return Promise.all(
    filled.map(async ({ locale, people }, i) => ({
      head: newBatchHeader(firstId + i, locale, people.length),
      people: people.map((person) => person.fingerprint),
      recipients: await sealRecipients(
        keys,
        state.placeOf(firstId + i),
        people.map((person) => person.recipient),
      ),
    })),
  )
}

/** Fingerprints by language. */
type Lost = PlanningProgress['remaining']

/** The stored remainders; if they do not open, whom they held. */
async function openRemainders(state: LaneState, keys: Keyring): Promise<{ opened: Remainders; lost: Lost }> {
  const sealed = state.remainders()
  const opened = sealed && (await sealedRemainders.open(keys, state.placeOf(REMAINDERS), sealed))
  return opened === null ? { opened: {}, lost: state.progress().remaining } : { opened, lost: {} }
}

/**
 * Batches of people whose recipients do not open. They are cancelled, so that they keep nobody else waiting: a later dispatch with
 * `notReachedBy` reaches them.
 */
const unsent = (firstId: number, lost: Lost): NewBatch[] =>
  Object.entries(lost)
    .filter(([, people]) => people.length > 0)
    .map(([locale, people], i) => ({
      head: { ...cancel(newBatchHeader(firstId + i, locale, people.length)), reason: NOT_SENT },
      people,
      recipients: new Uint8Array(),
    }))
