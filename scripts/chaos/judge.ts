import type { Counts } from '../../src/delivery/counts.ts'
import type { SinkCall } from '../sinks/faults.ts'

/**
 * What the provider accepted. `mails`: number of mails by person; `strangers`: mails to other addresses; `takenByHash`: mails accepted by
 * SHA-256 of the call's body.
 */
export type Truth = { mails: Uint8Array; strangers: number; takenByHash: ReadonlyMap<string, number> }

/** An uncertain batch as the API lists it. */
export type Listed = { id: number; generation: number; people: number; bodyHash: string }

export type DispatchEnd = { counts: Counts; uncertainBatches: readonly Listed[] }

export type Verdict = {
  lost: number // people without a mail who are in no uncertain batch
  doubled: number // people with more than one mail
  uncertain: { batches: number; people: number }
  sent: Listed[] // uncertain batches that the provider accepted
  unsent: Listed[] // uncertain batches that the provider did not accept
  faults: string[] // one line for each deviation, lost and doubled people included
}

/** Sums up the sink's calls. `numberOf`: the number of the person with an address, null for other addresses. */
export function truthOf(calls: readonly SinkCall[], people: number, numberOf: (email: string) => number | null): Truth {
  const mails = new Uint8Array(people)
  const takenByHash = new Map<string, number>()
  let strangers = 0
  for (const { hash, to } of calls) {
    if (to === null) continue
    takenByHash.set(hash, (takenByHash.get(hash) ?? 0) + to.length)
    for (const email of to) {
      const n = numberOf(email)
      const had = n === null ? undefined : mails[n]
      if (n === null || had === undefined) strangers++
      else mails[n] = had + 1
    }
  }
  return { mails, strangers, takenByHash }
}

/**
 * Compares a finished dispatch with what the provider accepted. `idempotent`: the transport repeats unanswered calls safely, so no batch
 * may stay uncertain.
 */
export function judge(truth: Truth, { counts, uncertainBatches }: DispatchEnd, idempotent: boolean): Verdict {
  const faults: string[] = []
  const expect = (what: string, found: number, expected: number) => {
    if (found !== expected) faults.push(`${what}: found ${found}, expected ${expected}`)
  }
  const people = truth.mails.length
  const without = truth.mails.filter((mails) => mails === 0).length
  const doubled = truth.mails.filter((mails) => mails > 1).length

  const taken = ({ bodyHash }: Listed) => truth.takenByHash.get(bodyHash) ?? 0
  const sent = uncertainBatches.filter((batch) => taken(batch) > 0)
  const unsent = uncertainBatches.filter((batch) => taken(batch) === 0)
  for (const batch of sent) expect(`mails of uncertain batch ${batch.id} at the provider`, taken(batch), batch.people)
  const lost = Math.max(0, without - peopleIn(unsent))
  if (lost > 0) faults.push(`lost: ${lost}`)
  if (doubled > 0) faults.push(`doubled: ${doubled}`)
  if (truth.strangers > 0) faults.push(`mails to people who are not in the crowd: ${truth.strangers}`)
  if (without < peopleIn(unsent))
    faults.push(
      `people in batches that the provider did not accept: ${peopleIn(unsent)}, but only ${without} have no mail`,
    )
  if (idempotent) expect('uncertain batches of an idempotent transport', uncertainBatches.length, 0)

  const { planned, ...parts } = counts
  expect('planned', planned, people)
  expect('the sum of all parts', sum(Object.values(parts)), planned)
  expect('uncertain', counts.uncertain, peopleIn(uncertainBatches))
  expect('accepted', counts.accepted, people - without - peopleIn(sent))
  for (const name of ['waiting', 'refused', 'suppressed', 'cancelled'] as const) expect(name, counts[name], 0)
  const uncertain = { batches: uncertainBatches.length, people: peopleIn(uncertainBatches) }
  return { lost, doubled, uncertain, sent, unsent, faults }
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
export const peopleIn = (batches: readonly Listed[]): number => sum(batches.map(({ people }) => people))
