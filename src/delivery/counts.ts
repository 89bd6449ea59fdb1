import * as z from 'zod'
import type { RecipientStatus, RecipientStatuses } from './recipient-statuses.ts'

/** How many people are planned, and how many of them have each status. */
export type Counts = Record<'planned' | RecipientStatus, number>

/** Schema of stored counts. */
export const groupCounts: z.ZodType<Counts> = z.object({
  planned: z.int(),
  waiting: z.int(),
  accepted: z.int(),
  refused: z.int(),
  suppressed: z.int(),
  uncertain: z.int(),
  cancelled: z.int(),
})

export const noCounts = (): Counts => ({
  planned: 0,
  waiting: 0,
  accepted: 0,
  refused: 0,
  suppressed: 0,
  uncertain: 0,
  cancelled: 0,
})

/** Adds the people of a batch to the counts, or subtracts them with -1. The statuses always add up to `planned` (invariant I3). */
export function countStatuses(counts: Counts, statuses: RecipientStatuses, by: 1 | -1 = 1): void {
  for (const [status, people] of Object.entries(statuses.counts())) counts[status as RecipientStatus] += by * people
  counts.planned += by * statuses.size
}

/** Running counts of a ledger by group. The API reads counts often, so they are not computed from all statuses each time. */
export class Tally {
  readonly #perGroup = new Map<string, Counts>()

  count({ group, statuses }: { group: string; statuses: RecipientStatuses }, by: 1 | -1): void {
    const counts = this.#perGroup.get(group) ?? noCounts()
    countStatuses(counts, statuses, by)
    if (counts.planned === 0) this.#perGroup.delete(group)
    else this.#perGroup.set(group, counts)
  }

  /** Replaces all counts by stored ones. */
  restore(perGroup: Readonly<Record<string, Counts>>): void {
    this.#perGroup.clear()
    for (const [group, counts] of Object.entries(perGroup)) this.#perGroup.set(group, { ...counts })
  }

  /** Returns copies, which the caller may change. */
  totals(): { counts: Counts; perGroup: Record<string, Counts> } {
    const counts = noCounts()
    const perGroup: Record<string, Counts> = {}
    for (const [group, some] of this.#perGroup) {
      perGroup[group] = { ...some }
      addCounts(counts, some)
    }
    return { counts, perGroup }
  }
}

export function addCounts(into: Counts, more: Counts): void {
  for (const name of Object.keys(into) as Array<keyof Counts>) into[name] += more[name]
}

/** Adds the counts of one lane by locale to the sums of all lanes in `into`. */
export function addPerLocale(into: Record<string, Counts>, more: Record<string, Counts>): void {
  for (const [locale, counts] of Object.entries(more)) {
    const sum = into[locale] ?? noCounts()
    into[locale] = sum
    addCounts(sum, counts)
  }
}
