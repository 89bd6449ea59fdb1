import type { Counts } from '../../src/delivery/counts.ts'
import type { SinkCall } from '../sinks/faults.ts'

/** What the provider has: how many mails each of the crowd got, and whom each call brought them to. */
export type Truth = { mails: Uint8Array; strangers: number; takenByHash: ReadonlyMap<string, number> }

/** A batch that the dispatch leaves to a person. */
export type Listed = { id: number; generation: number; people: number; bodyHash: string }

export type DispatchEnd = { counts: Counts; uncertainBatches: readonly Listed[] }

export type Verdict = {
  lost: number // have no mail, and are in no batch that is listed as uncertain
  doubled: number
  uncertain: { batches: number; people: number }
  sent: Listed[] // of the uncertain batches, those whose people have their mail
  unsent: Listed[] // and those whose people have none
  faults: string[] // sentences; lost and doubled people included
}

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

/** A finished dispatch. With `idempotent` the transport lets everything unanswered be asked again, so nothing may be left uncertain. */
export function judge(truth: Truth, { counts, uncertainBatches }: DispatchEnd, idempotent: boolean): Verdict {
  const faults: string[] = []
  const expect = (what: string, found: number, expected: number) => {
    if (found !== expected) faults.push(`${what}: ${found}, and ${expected} were expected`)
  }
  const everybody = truth.mails.length
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
    faults.push(`${peopleIn(unsent)} are listed whom the provider never heard of, and only ${without} have no mail`)
  if (idempotent) expect('uncertain batches of a transport that can be asked again', uncertainBatches.length, 0)

  const { planned, ...parts } = counts
  expect('planned', planned, everybody)
  expect('the sum of all parts', sum(Object.values(parts)), planned)
  expect('uncertain', counts.uncertain, peopleIn(uncertainBatches))
  expect('accepted', counts.accepted, everybody - without - peopleIn(sent))
  for (const name of ['waiting', 'refused', 'suppressed', 'cancelled'] as const) expect(name, counts[name], 0)
  const uncertain = { batches: uncertainBatches.length, people: peopleIn(uncertainBatches) }
  return { lost, doubled, uncertain, sent, unsent, faults }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
const peopleIn = (batches: readonly Listed[]): number => sum(batches.map(({ people }) => people))
