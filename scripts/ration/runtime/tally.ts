/** Counts of what the platform rations. Pure: used in the runtime and in the reports. */

import type { DailyRation } from '../../../src/kit/platform/limits.ts'

/** What one invocation can use up. The numbers of a day are counted under the same names as the limits. */
const NAMES = [
  'workerRequests',
  'kvReads',
  'kvWrites',
  'kvDeletes',
  'kvLists',
  'rowsRead',
  'rowsWritten',
  'objectRequests',
  'objectGbSeconds',
] as const satisfies readonly DailyRation[]

export const RATIONS: readonly DailyRation[] = NAMES

export type Tally = Record<DailyRation, number>

export const noTally = (): Tally => ({
  workerRequests: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  kvLists: 0,
  rowsRead: 0,
  rowsWritten: 0,
  objectRequests: 0,
  objectGbSeconds: 0,
})

export function addTo(sum: Tally, more: Tally): Tally {
  for (const name of NAMES) sum[name] += more[name]
  return sum
}

export const sumOf = (tallies: Iterable<Tally>): Tally => {
  const sum = noTally()
  for (const tally of tallies) addTo(sum, tally)
  return sum
}

/**
 * What was counted for one act at one place. `act`: what a person did, such as `sign-up`, alarms that it caused included. `route`: the
 * request or alarm that began the work. `at`: the code that did it, such as `Suppression.admit`.
 */
export type Entry = {
  act: string
  route: string
  at: string
  times: number // invocations
  mostOutside: number // calls to other hosts in one invocation
  mostInside: number // KV operations and object requests in one invocation
  tally: Tally
}

export type Counted = {
  entries: Entry[]
  days: Record<string, Tally> // by day in UTC, such as 2026-12-02
  refused: Record<string, number> // by ration or limit
}

/** Sums of entries by one of their names, in the order of first use. */
export function sumsBy(entries: readonly Entry[], name: 'act' | 'route' | 'at'): Map<string, Entry> {
  const sums = new Map<string, Entry>()
  for (const entry of entries) {
    const sum = sums.get(entry[name])
    if (sum === undefined) sums.set(entry[name], { ...entry, tally: { ...entry.tally } })
    else {
      addTo(sum.tally, entry.tally)
      sum.times += entry.times
      sum.mostOutside = Math.max(sum.mostOutside, entry.mostOutside)
      sum.mostInside = Math.max(sum.mostInside, entry.mostInside)
    }
  }
  return sums
}
