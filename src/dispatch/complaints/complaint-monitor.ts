import * as z from 'zod'
import type { PauseReason } from '../../delivery/pause-reason.ts'
import type { Database, StoredEntry } from '../../storage/database.ts'
import type { LaneReport } from '../lane/lane-report.ts'
import { type DeliverySample, deliverySampleSchema, emptySample, excessReason, sumSamples } from './complaint-limits.ts'

/** The last sample of each lane, and the sum of samples when an organiser last resumed the dispatch. */
const monitorStateSchema = z.object({
  lanes: z.record(z.string(), deliverySampleSchema),
  baseline: deliverySampleSchema,
})
type MonitorState = z.infer<typeof monitorStateSchema>

/** Stores a dispatch's bounce and complaint rates. Lanes report only bounces and complaints: a million deliveries cost no request. */
export class ComplaintMonitor {
  readonly #entry: StoredEntry<MonitorState>

  constructor(db: Database) {
    this.#entry = db.entry('complaint-rates', monitorStateSchema)
  }

  /** Stores the sample of one lane. Returns whether the rates are too high, by the last samples of all lanes. */
  recordLane(lane: number, sample: DeliverySample): boolean {
    const { lanes, baseline } = this.#state()
    const next = { ...lanes, [lane]: sample }
    this.#entry.put({ lanes: next, baseline })
    return excessReason(sumSamples(Object.values(next)), baseline) !== null
  }

  /**
   * Checks the rates again with fresh reports of all lanes. Returns the reason to pause, or null. A lane without complaints has not
   * reported its accepted mails yet.
   */
  recordAll(reports: readonly LaneReport[]): PauseReason | null {
    const { baseline } = this.#state()
    const samples = reports.map(sampleOf)
    this.#entry.put({ lanes: byLane(samples), baseline })
    return excessReason(sumSamples(samples), baseline)
  }

  /** Stops counting all earlier events, since an organiser resumes the dispatch. */
  resetBaseline(reports: readonly LaneReport[]): void {
    const samples = reports.map(sampleOf)
    this.#entry.put({ lanes: byLane(samples), baseline: sumSamples(samples) })
  }

  drop(): void {
    this.#entry.delete()
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
