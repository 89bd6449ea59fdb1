/** What became of one person of a batch, as one character; a batch keeps a string of them, in the order of its people. */
export const RECIPIENT_STATUSES = {
  w: 'waiting', // unanswered included
  a: 'accepted',
  r: 'refused',
  s: 'suppressed',
  u: 'uncertain',
  c: 'cancelled',
} as const
export type RecipientStatusCode = keyof typeof RECIPIENT_STATUSES

export const noCounts = (): Counts => ({
  planned: 0,
  waiting: 0,
  accepted: 0,
  refused: 0,
  suppressed: 0,
  uncertain: 0,
  cancelled: 0,
})

/** Adds a batch's marks to the counts, or with -1 takes them out. The parts add up to `planned` by construction (I3). */
export function countStatuses(counts: Counts, marks: string, by: 1 | -1 = 1): void {
  for (const mark of marks) {
    const name = RECIPIENT_STATUSES[mark as RecipientStatusCode]
    if (name === undefined) throw new Error(`ledger: unknown mark ${mark}`)
    counts[name] += by
    counts.planned += by
  }
}

/** Running counts of a ledger, by locale: whoever watches a dispatch asks often, and must not have every mark counted each time. */
export class Tally {
  readonly #perLocale = new Map<string, Counts>()

  count({ locale, marks }: { locale: string; marks: string }, by: 1 | -1): void {
    const counts = this.#perLocale.get(locale) ?? noCounts()
    countStatuses(counts, marks, by)
    if (counts.planned === 0) this.#perLocale.delete(locale)
    else this.#perLocale.set(locale, counts)
  }

  /** Copies: who gets them may go on adding. */
  totals(): { counts: Counts; perLocale: Record<string, Counts> } {
    const counts = noCounts()
    const perLocale: Record<string, Counts> = {}
    for (const [locale, some] of this.#perLocale) {
      perLocale[locale] = { ...some }
      addCounts(counts, some)
    }
    return { counts, perLocale }
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
export type Counts = Record<
  'planned' | 'waiting' | 'accepted' | 'refused' | 'suppressed' | 'uncertain' | 'cancelled',
  number
>
