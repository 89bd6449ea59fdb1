import * as z from 'zod'
import type { PauseReason } from '../delivery/pause-reason.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import { type DeliverySample, deliverySampleSchema, emptySample, excessReason, sumSamples } from './complaint-limits.ts'
import type { LaneReport } from './lane/lane-report.ts'

/** What each lane last said, and what had been said when a person last let the dispatch go on. */
const monitorStateSchema = z.object({
  lanes: z.record(z.string(), deliverySampleSchema),
  baseline: deliverySampleSchema,
})
type MonitorState = z.infer<typeof monitorStateSchema>

/** What a dispatch remembers of its rates. Lanes speak up for bounces and complaints only: a million deliveries cost no call. */
export class ComplaintMonitor {
  readonly #entry: StoredEntry<MonitorState>

  constructor(db: Database) {
    this.#entry = db.entry('complaint-rates', monitorStateSchema)
  }

  /** Whether it looks as if there were too many, as far as the lanes have said. */
  recordLane(lane: number, sample: DeliverySample): boolean {
    const { lanes, baseline } = this.#state()
    const next = { ...lanes, [lane]: sample }
    this.#entry.put({ lanes: next, baseline })
    return excessReason(sumSamples(Object.values(next)), baseline) !== null
  }

  /** The same by what every lane says now: one that nobody complained about has not spoken of those who took its mails. */
  recordAll(reports: readonly LaneReport[]): PauseReason | null {
    const { baseline } = this.#state()
    const samples = reports.map(sampleOf)
    this.#entry.put({ lanes: byLane(samples), baseline })
    return excessReason(sumSamples(samples), baseline)
  }

  /** A person has seen it and lets it go on. */
  resetBaseline(reports: readonly LaneReport[]): void {
    const samples = reports.map(sampleOf)
    this.#entry.put({ lanes: byLane(samples), baseline: sumSamples(samples) })
  }

  #state(): MonitorState {
    return this.#entry.get() ?? { lanes: {}, baseline: emptySample() }
  }
}

export const sampleOf = ({ counts, delivery }: Pick<LaneReport, 'counts' | 'delivery'>): DeliverySample => ({
  accepted: counts.accepted,
  bounced: delivery.bounced,
  complained: delivery.complained,
})

const byLane = (samples: readonly DeliverySample[]): MonitorState['lanes'] =>
  Object.fromEntries(samples.map((sample, lane) => [lane, sample]))
