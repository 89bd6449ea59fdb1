import type { RecipientStatus, RecipientStatuses } from './recipient-statuses.ts'

export type Counts = Record<'planned' | RecipientStatus, number>

export const noCounts = (): Counts => ({
  planned: 0,
  waiting: 0,
  accepted: 0,
  refused: 0,
  suppressed: 0,
  uncertain: 0,
  cancelled: 0,
})

/** Adds a batch's people to the counts, or with -1 takes them out. The parts add up to `planned` by construction (I3). */
export function countStatuses(counts: Counts, statuses: RecipientStatuses, by: 1 | -1 = 1): void {
  for (const [status, people] of Object.entries(statuses.counts())) counts[status as RecipientStatus] += by * people
  counts.planned += by * statuses.size
}

/** Running counts of a ledger, by group: whoever watches a dispatch asks often, and must not have every status counted each time. */
export class Tally {
  readonly #perGroup = new Map<string, Counts>()

  count({ group, statuses }: { group: string; statuses: RecipientStatuses }, by: 1 | -1): void {
    const counts = this.#perGroup.get(group) ?? noCounts()
    countStatuses(counts, statuses, by)
    if (counts.planned === 0) this.#perGroup.delete(group)
    else this.#perGroup.set(group, counts)
  }

  /** Copies: who gets them may go on adding. */
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

/** Counts by locale, added up over lanes. */
export function addPerLocale(into: Record<string, Counts>, more: Record<string, Counts>): void {
  for (const [locale, counts] of Object.entries(more)) {
    const sum = into[locale] ?? noCounts()
    into[locale] = sum
    addCounts(sum, counts)
  }
}
