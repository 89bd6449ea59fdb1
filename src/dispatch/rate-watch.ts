import type { LaneReport } from './lane-state.ts'
import type { PauseReason } from './order.ts'
import { excess, noSample, type Sample, sumOf } from './rates.ts'

/** What each lane last said, and what had been said when a person last let the dispatch go on. */
type Kept = { lanes: Record<number, Sample>; since: Sample }

/** What a dispatch remembers of its rates. Lanes speak up for bounces and complaints only: a million deliveries cost no call. */
export class RateWatch {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** Whether it looks as if there were too many, as far as the lanes have said. */
  heard(lane: number, sample: Sample): boolean {
    const { lanes, since } = this.#kept()
    const next = { ...lanes, [lane]: sample }
    this.#storage.kv.put(KEY, { lanes: next, since })
    return excess(sumOf(Object.values(next)), since) !== null
  }

  /** The same by what every lane says now: one that nobody complained about has not spoken of those who took its mails. */
  looked(reports: readonly LaneReport[]): PauseReason | null {
    const { since } = this.#kept()
    const samples = reports.map(sampleOf)
    this.#storage.kv.put(KEY, { lanes: { ...samples }, since })
    return excess(sumOf(samples), since)
  }

  /** A person has seen it and lets it go on. */
  forgive(reports: readonly LaneReport[]): void {
    const samples = reports.map(sampleOf)
    this.#storage.kv.put(KEY, { lanes: { ...samples }, since: sumOf(samples) })
  }

  #kept(): Kept {
    return this.#storage.kv.get<Kept>(KEY) ?? { lanes: {}, since: noSample() }
  }
}

const KEY = 'rates'

export const sampleOf = ({ counts, delivery }: Pick<LaneReport, 'counts' | 'delivery'>): Sample => ({
  accepted: counts.accepted,
  bounced: delivery.bounced,
  complained: delivery.complained,
})
