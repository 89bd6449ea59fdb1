/** Compares the letters that the provider accepted with the numbers of the API. Pure functions. */

import type { Schemas } from '../../../src/cli/client.ts'
import type { Desk } from './campaign.ts'
import type { Left } from './mailroom.ts'

/** The letters to expect: one from each writer to each desk. Both are in the order in which letters are numbered. */
type Expected = { writers: readonly string[]; desks: readonly Desk[] }

export type LettersEnd = {
  uncertain: ReadonlyArray<Pick<Schemas['UncertainMail'], 'id' | 'generation' | 'target'>>
  numbers: Pick<Schemas['ActionCounts'], 'confirmed' | 'accepted' | 'refused' | 'waiting' | 'cancelled' | 'uncertain'>
}
type Listed = LettersEnd['uncertain'][number]

export type Verdict = {
  lost: number // letters that the provider does not have and the API does not list as uncertain
  doubled: number // letters that the provider has more than once
  uncertain: number
  sent: Listed[] // uncertain letters that the provider accepted
  unsent: Listed[] // uncertain letters that the provider did not accept
  faults: string[] // one line for each deviation, lost and doubled letters included
}

/**
 * Compares the accepted letters (`left`) with the API's numbers, once no letter waits. `idempotent`: the transport repeats unanswered calls
 * safely, so no letter may stay uncertain.
 */
export function judge(
  { writers, desks }: Expected,
  left: readonly Left[],
  end: LettersEnd,
  idempotent: boolean,
): Verdict {
  const faults: string[] = []
  const expect = (what: string, found: number, expected: number) => {
    if (found !== expected) faults.push(`${what}: found ${found}, expected ${expected}`)
  }
  const copies = new Map(writers.flatMap((writer) => desks.map(({ address }) => [nameOf(writer, address), 0])))
  const strangers = left.filter(({ writer, to }) => !copies.has(nameOf(writer, to)))
  for (const { writer, to } of left) {
    const name = nameOf(writer, to)
    const had = copies.get(name)
    if (had !== undefined) copies.set(name, had + 1)
  }

  const sent: Listed[] = []
  const unsent: Listed[] = []
  const listed = new Set<string>()
  for (const one of end.uncertain) {
    const name = letterNumbered({ writers, desks }, one)
    if (name === null || listed.has(name)) {
      faults.push(`letter ${one.id} to ${one.target} is listed as uncertain, but no writer confirmed it`)
      continue
    }
    listed.add(name)
    if (copies.get(name) === 0) unsent.push(one)
    else sent.push(one)
  }

  const lost = [...copies].filter(([name, times]) => times === 0 && !listed.has(name)).length
  const doubled = [...copies.values()].filter((times) => times > 1).length
  if (lost > 0) faults.push(`lost: ${lost}`)
  if (doubled > 0) faults.push(`doubled: ${doubled}`)
  if (strangers.length > 0) faults.push(`letters without a confirmed writer: ${strangers.length}`)
  if (idempotent) expect('uncertain letters of an idempotent transport', end.uncertain.length, 0)

  const { numbers } = end
  const there = [...copies.values()].filter((times) => times > 0).length
  expect('confirmed', numbers.confirmed, writers.length)
  expect('accepted', numbers.accepted, there - sent.length)
  expect('uncertain', numbers.uncertain, end.uncertain.length)
  for (const name of ['waiting', 'refused', 'cancelled'] as const) expect(name, numbers[name], 0)
  return { lost, doubled, uncertain: end.uncertain.length, sent, unsent, faults }
}

const nameOf = (writer: string, address: string): string => `${writer} to ${address}`

/** Name of the letter with an id; null without such a letter to the target. Ids count from 1, in the order of confirmation. */
function letterNumbered({ writers, desks }: Expected, { id, target }: Listed): string | null {
  const writer = writers[Math.floor((id - 1) / desks.length)]
  const desk = desks[(id - 1) % desks.length]
  return writer === undefined || desk?.target !== target ? null : nameOf(writer, desk.address)
}
