import type { Settings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { kvPauseMs } from '../storage/kv-write.ts'
import { AUDIENCE_PREFIX, openRecord, type SupporterStore, sealProof, sealRecord } from '../supporter-list/store.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import type { ListChange, ListChanges } from './list-changes.ts'

/** Changes of one alarm. Each needs at most five operations, of 1,000 that the platform allows. */
const CHANGES_PER_ALARM = 180
/** Changes written at a time: the connections that one invocation may have open. */
const AT_ONCE = 6

/** What writing changes to KV needs. */
export type ListWriting = {
  settings: Pick<Settings, 'keys' | 'fingerprint'>
  store: Pick<SupporterStore, 'get' | 'putSealed' | 'remove' | 'putSealedProof' | 'removeProof'>
  /**
   * Lets the mailbox of a person who left at `leftAt` (epoch ms) get confirmations again, and queues the goodbye mail if they left by the
   * page. `goodbye` is its language. Repeated calls queue one mail.
   */
  onDeparture(supporter: Supporter, leftAt: number, goodbye: string | null): Promise<void>
  now(): number // epoch ms
  random(): number
}

/**
 * Writes due changes to KV. A refused change is tried again after a growing pause. When KV refuses a whole handful, it refuses everything:
 * the others are not tried now.
 * @returns when KV may be tried again (epoch ms) after it refused a whole handful, else null
 */
export async function writeListChanges(changes: ListChanges, deps: ListWriting): Promise<number | null> {
  changes.dropKnown(deps.now())
  const due = changes.due(deps.now(), CHANGES_PER_ALARM)
  for (let at = 0; at < due.length; at += AT_ONCE) {
    const handful = due.slice(at, at + AT_ONCE)
    const again = await Promise.all(handful.map((change) => tryChange(changes, change, deps)))
    const refused = again.filter((time) => time !== null)
    if (refused.length === handful.length) return Math.min(...refused)
  }
  return null
}

/** Writes one change. Returns when it is tried again (epoch ms), or null when KV has it. */
async function tryChange(changes: ListChanges, change: ListChange, deps: ListWriting): Promise<number | null> {
  try {
    await writeChange(changes, change, deps)
    changes.done(change, deps.now())
    return null
  } catch (error) {
    console.warn('supporter list', change.kind, errorMessage(error))
    const again = deps.now() + kvPauseMs(change.tries + 1, deps.random())
    changes.refused(change, again)
    return again
  }
}

async function writeChange(changes: ListChanges, change: ListChange, deps: ListWriting): Promise<void> {
  const { fingerprint } = change
  if (change.kind === 'add') return writeRecord(changes, change, deps)
  if (change.kind === 'add-anew') {
    await deps.store.removeProof(fingerprint)
    return change.record === null ? undefined : deps.store.putSealed(fingerprint, change.record)
  }
  if (change.kind === 'erase') {
    await deps.store.remove(fingerprint)
    return deps.store.removeProof(fingerprint)
  }
  const proof = change.proof ?? (await makeProof(changes, change, deps))
  if (proof === null && change.kind === 'leave-again') return
  await deps.store.remove(fingerprint) // even if not seen: a read may be minutes old
  if (proof !== null) await deps.store.putSealedProof(fingerprint, proof)
}

async function writeRecord(changes: ListChanges, change: ListChange, deps: ListWriting): Promise<void> {
  const { fingerprint, record, isSinceOpen } = change
  if (record === null) return
  const earlier = isSinceOpen ? await deps.store.get(fingerprint) : null
  const known = earlier === null ? null : await openRecord(deps.settings, AUDIENCE_PREFIX + fingerprint, record)
  if (earlier === null || known === null || earlier.since >= known.since)
    return deps.store.putSealed(fingerprint, record)
  const merged = await sealRecord(deps.settings, fingerprint, { ...known, since: earlier.since })
  changes.correct(change, merged)
  await deps.store.putSealed(fingerprint, merged)
}

/** Stores the proof of a departure and queues its goodbye. Null if the person was not on the list, or has changed since. */
async function makeProof(changes: ListChanges, change: ListChange, deps: ListWriting): Promise<string | null> {
  const { fingerprint, record, leftAt, goodbye } = change
  const waiting = record === null ? null : await openRecord(deps.settings, AUDIENCE_PREFIX + fingerprint, record)
  const supporter = waiting ?? (await deps.store.get(fingerprint))
  if (supporter === null) return null
  await deps.onDeparture(supporter, leftAt, goodbye)
  const proof = await sealProof(deps.settings, fingerprint, {
    ...supporter.consent,
    since: supporter.since,
    left: leftAt,
  })
  return changes.keepProof(change, proof) ? proof : null
}
