/** What became of every letter: what the provider knows, held against what the API tells. Pure. */

import type { ActionsReport } from '../../../src/actions/actions-report.ts'
import type { Desk } from './campaign.ts'
import type { Left } from './mailroom.ts'

/** What must have come of it. `writers` in the order in which they confirmed; each writes to every desk, in the order of the desks. */
export type Asked = { writers: readonly string[]; desks: readonly Desk[] }

export type LettersEnd = {
  uncertain: ReadonlyArray<Pick<ActionsReport['uncertain'][number], 'id' | 'generation' | 'target'>>
  numbers: Pick<ActionsReport['numbers'], 'confirmed' | 'accepted' | 'refused' | 'waiting' | 'cancelled' | 'uncertain'>
}
type Listed = LettersEnd['uncertain'][number]

export type Verdict = {
  lost: number // no letter, and not listed as uncertain
  doubled: number
  uncertain: number
  sent: Listed[] // of the uncertain ones, those the provider has
  unsent: Listed[] // and those it never took
  faults: string[] // sentences; lost and doubled letters included
}

/** Of what left, once nothing waits. With `idempotent` the transport lets everything unanswered be asked again, so nothing may be uncertain. */
export function judge({ writers, desks }: Asked, left: readonly Left[], end: LettersEnd, idempotent: boolean): Verdict {
  const faults: string[] = []
  const expect = (what: string, found: number, expected: number) => {
    if (found !== expected) faults.push(`${what}: ${found}, and ${expected} were expected`)
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
      faults.push(`letter ${one.id} to ${one.target} is listed as uncertain, and nobody wrote it`)
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
  if (strangers.length > 0) faults.push(`letters that nobody confirmed: ${strangers.length}`)
  if (idempotent) expect('uncertain letters of a transport that can be asked again', end.uncertain.length, 0)

  const { numbers } = end
  const there = [...copies.values()].filter((times) => times > 0).length
  expect('confirmed', numbers.confirmed, writers.length)
  expect('accepted', numbers.accepted, there - sent.length)
  expect('uncertain', numbers.uncertain, end.uncertain.length)
  for (const name of ['waiting', 'refused', 'cancelled'] as const) expect(name, numbers[name], 0)
  return { lost, doubled, uncertain: end.uncertain.length, sent, unsent, faults }
}

const nameOf = (writer: string, address: string): string => `${writer} to ${address}`

/** Letters are numbered from one as they are confirmed, a writer's together; null when the number is nobody's, or of another target. */
function letterNumbered({ writers, desks }: Asked, { id, target }: Listed): string | null {
  const writer = writers[Math.floor((id - 1) / desks.length)]
  const desk = desks[(id - 1) % desks.length]
  return writer === undefined || desk?.target !== target ? null : nameOf(writer, desk.address)
}
