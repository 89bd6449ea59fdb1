import * as z from 'zod'
import type { Database, StoredEntry } from '../../storage/database.ts'
import type { StepStorage } from '../../storage/migrate.ts'
import type { SubmissionKind } from './submission.ts'
import type { SubmissionStatus } from './submission-status.ts'

/** Number of submissions by kind and status. */
export type SubmissionCounts = Record<string, Partial<Record<SubmissionStatus, number>>>

/** Where a submission counts. `kept`: its text is still stored. */
type CountedAs = { kind: SubmissionKind; status: SubmissionStatus; kept: boolean }

const tallySchema = z.object({
  counts: z.record(z.string(), z.object({ pending: z.int(), accepted: z.int(), refused: z.int() }).partial()),
  waiting: z.record(z.string(), z.int()), // pending ones whose text is still stored, by kind
  changes: z.int(), // grows when the submissions on the page may have changed
  withdrawals: z.int(), // grows when a person's submissions were deleted
  dropped: z.boolean(), // the personal texts were deleted after the campaign
})
type StoredTally = z.infer<typeof tallySchema>

const EMPTY: StoredTally = { counts: {}, waiting: {}, changes: 0, withdrawals: 0, dropped: false }

/** Running counts of a campaign's submissions. Each change belongs into the transaction of the change that it counts. */
export class SubmissionTally {
  readonly #entry: StoredEntry<StoredTally>

  constructor(db: Database) {
    this.#entry = db.entry('submission-counts', tallySchema)
  }

  /** Stores the counts of what an earlier version stored. */
  static fill({ kv }: StepStorage, stored: ReadonlyArray<CountedAs & { n: number }>): void {
    kv.put(
      'submission-counts',
      stored.reduce((tally, { n, ...one }) => counted(tally, one, n), EMPTY),
    )
  }

  byKind(): SubmissionCounts {
    const counts = Object.entries(this.#tally().counts).map(([kind, some]) => {
      const known = Object.entries(some).filter(([, n = 0]) => n > 0)
      return [kind, Object.fromEntries(known)] as const
    })
    return Object.fromEntries(counts.filter(([, some]) => Object.keys(some).length > 0))
  }

  /** Number of pending submissions of these kinds whose text is still stored. */
  waiting(kinds: readonly SubmissionKind[]): number {
    const { waiting } = this.#tally()
    return kinds.reduce((sum, kind) => sum + (waiting[kind] ?? 0), 0)
  }

  /** Numbers that grow when the page may have changed, and when a person's submissions were deleted. */
  versions(): Pick<StoredTally, 'changes' | 'withdrawals'> {
    const { changes, withdrawals } = this.#tally()
    return { changes, withdrawals }
  }

  add(one: CountedAs, n: 1 | -1): void {
    const tally = counted(this.#tally(), one, n)
    const shows = one.status === 'accepted' && isOnPage(one)
    this.#entry.put({
      ...tally,
      changes: tally.changes + (shows ? 1 : 0),
      withdrawals: tally.withdrawals + (shows && n < 0 ? 1 : 0),
      dropped: tally.dropped && n < 0,
    })
  }

  /** Counts a decision about pending submissions. */
  decide(pending: ReadonlyArray<Omit<CountedAs, 'status'>>, status: 'accepted' | 'refused'): void {
    if (pending.length === 0) return
    const tally = pending.reduce(
      (before, one) => counted(counted(before, { ...one, status: 'pending' }, -1), { ...one, status }, 1),
      this.#tally(),
    )
    const shows = status === 'accepted' && pending.some(isOnPage)
    this.#entry.put({ ...tally, changes: tally.changes + (shows ? 1 : 0) })
  }

  personalDropped(): boolean {
    return this.#tally().dropped
  }

  dropPersonal(): void {
    this.#entry.put({ ...this.#tally(), waiting: {}, dropped: true })
  }

  clear(): void {
    const { changes, withdrawals } = this.#tally()
    this.#entry.put({ ...EMPTY, changes: changes + 1, withdrawals })
  }

  #tally(): StoredTally {
    return this.#entry.get() ?? EMPTY
  }
}

/** Letters are sent, and never on the page. */
const isOnPage = ({ kind }: Pick<CountedAs, 'kind'>): boolean => kind !== 'letter'

function counted(tally: StoredTally, { kind, status, kept }: CountedAs, n: number): StoredTally {
  const some = tally.counts[kind] ?? {}
  const waits = status === 'pending' && kept
  return {
    ...tally,
    counts: { ...tally.counts, [kind]: { ...some, [status]: (some[status] ?? 0) + n } },
    waiting: waits ? { ...tally.waiting, [kind]: (tally.waiting[kind] ?? 0) + n } : tally.waiting,
  }
}
