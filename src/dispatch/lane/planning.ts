import * as z from 'zod'
import { newBatchHeader } from '../../delivery/batch.ts'
import type { NewBatch } from '../../delivery/ledger.ts'
import { isStoredRecipient, sealRecipients } from '../../delivery/sealed-recipients.ts'
import { fromUtf8, utf8 } from '../../kit/bytes.ts'
import { parseJson } from '../../kit/parse-json.ts'
import type { Keyring } from '../../security/keyring.ts'
import { openBytes, sealBytes } from '../../security/vault.ts'
import type { AudiencePage, Person } from '../../supporter-list/person.ts'
import { type FilledBatch, fillBatches, type PlannedRecipient, type Remainders } from './fill-batches.ts'
import type { LaneState, PlanningProgress } from './lane-state.ts'

export type PlanDeps = {
  keys: Keyring
  read(prefix: string, cursor: string | undefined, after: string | undefined): Promise<AudiencePage>
  /** Those of the given whom another dispatch of this appeal has. */
  alreadyReached(fingerprints: string[]): Promise<ReadonlySet<string>>
}

const REMAINDERS = 'remainders'
const isPlannedRecipient = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'fingerprint' in value &&
  typeof value.fingerprint === 'string' &&
  'recipient' in value &&
  isStoredRecipient(value.recipient)
const remaindersSchema: z.ZodType<Remainders> = z.record(
  z.string(),
  z.array(z.custom<PlannedRecipient>(isPlannedRecipient)),
)

/** Pages of the audience that one commit freezes: they share what it costs, and a crash has so much read again. */
const PAGES_A_COMMIT = 4

/** Freezes the next pages of the audience and answers the operations that took. Everything that awaits comes first; then one commit. */
export async function planPages(state: LaneState, deps: PlanDeps, pagesAtMost = PAGES_A_COMMIT): Promise<number> {
  const { request, locales, maxBatch, prefixes } = state.task()
  let next: PlanningProgress = { ...state.progress(), remaining: {} }
  const people: Person[] = []
  let operations = 0
  for (let pages = 0; pages < pagesAtMost && !next.done && state.mayRun(); pages++) {
    const page = await readNextPage(deps, prefixes[next.prefix] ?? '', next)
    people.push(...page.people)
    next = advance(next, page, prefixes.length)
    operations += page.operations
  }
  // Asked once and last: whom this lane has read, no other dispatch knows of before the commit.
  const reached =
    people.length === 0 ? new Set<string>() : await deps.alreadyReached(people.map(({ fingerprint }) => fingerprint))
  const opened = await openRemainders(state, deps.keys)
  const { filled: whole, remainders } = fillBatches(opened, people, {
    audience: request.audience,
    locales,
    maxBatch,
    alreadyReached: reached,
  })

  const open = Object.entries(remainders).map(([locale, people]) => ({ locale, people }))
  if (next.done) whole.push(...open.filter(({ people }) => people.length > 0))
  if (request.dryRun) {
    const tally = { ...next.tally }
    for (const { locale, people } of next.done ? whole : [...whole, ...open])
      tally[locale] = (tally[locale] ?? 0) + people.length
    if (state.mayRun()) state.commitPlan({ ...next, tally }, null, [])
    return operations
  }
  if (!next.done)
    next.remaining = Object.fromEntries(
      open.map(({ locale, people }) => [locale, people.map(({ fingerprint }) => fingerprint)]),
    )
  const sealed = next.done ? null : await sealRemainders(state, deps.keys, remainders)
  const batches = await toBatches(state, deps.keys, whole)
  if (state.mayRun()) state.commitPlan(next, sealed, batches)
  return operations
}

/** How far planning has come with this page. */
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

/** A cursor that KV does not know any more, after a long pause, is no loss: what has been seen is dropped by its key. */
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

/** A list that begins anew after a lost cursor gives old keys first: what has been seen stays seen. */
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

async function openRemainders(state: LaneState, keys: Keyring): Promise<Remainders> {
  const sealed = state.remainders()
  if (sealed === null) return {}
  const plain = await openBytes(keys, REMAINDERS, state.placeOf(REMAINDERS), sealed)
  if (plain === null) throw new Error('remainders do not open: KEYRING must still hold the key that sealed them')
  return remaindersSchema.parse(parseJson(fromUtf8(plain)))
}

const sealRemainders = (state: LaneState, keys: Keyring, remainders: Remainders) =>
  sealBytes(keys, REMAINDERS, state.placeOf(REMAINDERS), utf8(JSON.stringify(remainders)))
