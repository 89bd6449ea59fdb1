import * as z from 'zod'
import type { PauseReason } from '../delivery/pause-reason.ts'
import type { Database, Entry } from '../storage/database.ts'
import { excess, noSample, type Sample, sampleSchema, sumOf } from './complaint-limits.ts'
import type { LaneReport } from './lane/lane-report.ts'

/** What each lane last said, and what had been said when a person last let the dispatch go on. */
const keptSchema = z.object({ lanes: z.record(z.string(), sampleSchema), since: sampleSchema })
type Kept = z.infer<typeof keptSchema>

/** What a dispatch remembers of its rates. Lanes speak up for bounces and complaints only: a million deliveries cost no call. */
export class RateWatch {
  readonly #entry: Entry<Kept>

  constructor(db: Database) {
    this.#entry = db.entry('rates', keptSchema)
  }

  /** Whether it looks as if there were too many, as far as the lanes have said. */
  heard(lane: number, sample: Sample): boolean {
    const { lanes, since } = this.#kept()
    const next = { ...lanes, [lane]: sample }
    this.#entry.put({ lanes: next, since })
    return excess(sumOf(Object.values(next)), since) !== null
  }

  /** The same by what every lane says now: one that nobody complained about has not spoken of those who took its mails. */
  looked(reports: readonly LaneReport[]): PauseReason | null {
    const { since } = this.#kept()
    const samples = reports.map(sampleOf)
    this.#entry.put({ lanes: byLane(samples), since })
    return excess(sumOf(samples), since)
  }

  /** A person has seen it and lets it go on. */
  forgive(reports: readonly LaneReport[]): void {
    const samples = reports.map(sampleOf)
    this.#entry.put({ lanes: byLane(samples), since: sumOf(samples) })
  }

  #kept(): Kept {
    return this.#entry.get() ?? { lanes: {}, since: noSample() }
  }
}

export const sampleOf = ({ counts, delivery }: Pick<LaneReport, 'counts' | 'delivery'>): Sample => ({
  accepted: counts.accepted,
  bounced: delivery.bounced,
  complained: delivery.complained,
})

const byLane = (samples: readonly Sample[]): Kept['lanes'] =>
  Object.fromEntries(samples.map((sample, lane) => [lane, sample]))
