import type { Counts } from './order.ts'

/** What became of one person of a batch, as one character; a batch keeps a string of them, in the order of its people. */
export const MARKS = {
  w: 'waiting', // unanswered included
  a: 'accepted',
  r: 'refused',
  s: 'suppressed',
  u: 'uncertain',
  c: 'cancelled',
} as const
export type Mark = keyof typeof MARKS

export const noCounts = (): Counts => ({
  planned: 0,
  waiting: 0,
  accepted: 0,
  refused: 0,
  suppressed: 0,
  uncertain: 0,
  cancelled: 0,
})

/** Adds a batch's marks to the counts. The parts add up to `planned` by construction (I3). */
export function countMarks(counts: Counts, marks: string): void {
  for (const mark of marks) {
    const name = MARKS[mark as Mark]
    if (name === undefined) throw new Error(`ledger: unknown mark ${mark}`)
    counts[name]++
    counts.planned++
  }
}

export function addCounts(into: Counts, more: Counts): void {
  for (const name of Object.keys(into) as Array<keyof Counts>) into[name] += more[name]
}

/** Counts by locale, added up over lanes. */
export function addPerLocale(into: Record<string, Counts>, more: Record<string, Counts>): void {
  for (const [locale, counts] of Object.entries(more)) {
    const sum = into[locale] ?? noCounts()
    into[locale] = sum
    addCounts(sum, counts)
  }
}
