import * as z from 'zod'
import { fromUtf8, utf8 } from '../kit/bytes.ts'
import type { Keyring } from '../security/keyring.ts'
import { openBytes, sealBytes } from '../security/vault.ts'
import type { AudiencePage } from './audience.ts'
import { newHead } from './batch.ts'
import { isEnvelope, sealEnvelopes } from './envelopes.ts'
import type { LaneState, Progress } from './lane-state.ts'
import type { NewBatch } from './ledger.ts'
import { type Filled, type Frozen, fill, type Remainders } from './plan.ts'

export type PlanDeps = {
  keys: Keyring
  read(prefix: string, cursor: string | undefined, after: string | undefined): Promise<AudiencePage>
  /** Those of the given whom another dispatch of this appeal has. */
  taken(fingerprints: string[]): Promise<ReadonlySet<string>>
}

const REMAINDERS = 'remainders'
const isFrozen = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'fingerprint' in value &&
  typeof value.fingerprint === 'string' &&
  'envelope' in value &&
  isEnvelope(value.envelope)
const remaindersSchema: z.ZodType<Remainders> = z.record(z.string(), z.array(z.custom<Frozen>(isFrozen)))

/** Freezes one page of the audience and answers the operations that took. Everything that awaits comes first; then one commit. */
export async function planPage(state: LaneState, deps: PlanDeps): Promise<number> {
  const { order, locales, maxBatch, prefixes } = state.order()
  const before = state.progress()
  const page = await readOn(deps, prefixes[before.prefix] ?? '', before)
  const done = page.done && before.prefix + 1 === prefixes.length
  const taken =
    page.people.length === 0 ? new Set<string>() : await deps.taken(page.people.map((person) => person.fingerprint))
  const opened = await openRemainders(state, deps.keys)
  const { filled, remainders } = fill(opened, page.people, { audience: order.audience, locales, maxBatch, taken })

  const next: Progress = {
    ...before,
    prefix: before.prefix + (page.done && !done ? 1 : 0),
    cursor: page.cursor,
    lastKey: later(page.lastKey, before.lastKey),
    done,
    damaged: before.damaged + page.damaged,
    remaining: {},
  }
  const last: Filled[] = done ? Object.entries(remainders).map(([locale, people]) => ({ locale, people })) : []
  const whole = [...filled, ...last.filter(({ people }) => people.length > 0)]
  if (order.dryRun) {
    next.tally = { ...before.tally }
    const counted = done
      ? whole
      : [...filled, ...Object.entries(remainders).map(([locale, people]) => ({ locale, people }))]
    for (const { locale, people } of counted) next.tally[locale] = (next.tally[locale] ?? 0) + people.length
    if (state.mayRun()) state.planned(next, null, [])
    return page.operations
  }
  const sealed = done ? null : await sealRemainders(state, deps.keys, remainders)
  if (!done)
    next.remaining = Object.fromEntries(
      Object.entries(remainders).map(([locale, people]) => [locale, people.map(({ fingerprint }) => fingerprint)]),
    )
  const batches = await toBatches(state, deps.keys, whole)
  if (state.mayRun()) state.planned(next, sealed, batches)
  return page.operations
}

/** A cursor that KV does not know any more, after a long pause, is no loss: what has been seen is dropped by its key. */
async function readOn(deps: PlanDeps, prefix: string, { cursor, lastKey }: Progress): Promise<AudiencePage> {
  try {
    return await deps.read(prefix, cursor, lastKey)
  } catch (error) {
    if (cursor === undefined) throw error
    return deps.read(prefix, undefined, lastKey)
  }
}

/** A list that begins anew after a lost cursor gives old keys first: what has been seen stays seen. */
const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

async function toBatches(state: LaneState, keys: Keyring, filled: readonly Filled[]): Promise<NewBatch[]> {
  const firstId = state.ledger.nextId()
  return Promise.all(
    filled.map(async ({ locale, people }, i) => ({
      head: newHead(firstId + i, locale, people.length),
      people: people.map((person) => person.fingerprint),
      envelopes: await sealEnvelopes(
        keys,
        state.placeOf(firstId + i),
        people.map((person) => person.envelope),
      ),
    })),
  )
}

async function openRemainders(state: LaneState, keys: Keyring): Promise<Remainders> {
  const sealed = state.remainders()
  if (sealed === null) return {}
  const plain = await openBytes(keys, REMAINDERS, state.placeOf(REMAINDERS), sealed)
  if (plain === null) throw new Error('remainders do not open: KEYRING must still hold the key that sealed them')
  return remaindersSchema.parse(JSON.parse(fromUtf8(plain)))
}

const sealRemainders = (state: LaneState, keys: Keyring, remainders: Remainders) =>
  sealBytes(keys, REMAINDERS, state.placeOf(REMAINDERS), utf8(JSON.stringify(remainders)))
