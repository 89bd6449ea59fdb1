import { bodyHashOf } from '../../delivery/batch.ts'
import { addCounts, addPerLocale, type Counts, noCounts } from '../../delivery/counts.ts'
import type { DeliveryCounts } from '../../delivery/delivery-events.ts'
import type { Ledger } from '../../delivery/ledger.ts'
import type { RecipientStatuses } from '../../delivery/recipient-statuses.ts'

/** What a person who has to decide is shown; `bodyHash` is the SHA-256 of the call's body, by which a record of calls knows it. */
export type LaneUncertainBatch = {
  id: number
  generation: number
  people: number
  reason: string
  attemptedAt: number
  bodyHash: string
  heard: number // of how many the provider has said anything, and has taken their mail
}

export type LaneReport = {
  counts: Counts
  perLocale: Record<string, Counts>
  delivery: DeliveryCounts
  planned: boolean
  finished: boolean
  damaged: number
  uncertain: LaneUncertainBatch[]
}

/** How far planning has come: people who are in no batch yet, by language, and how many were let go without one. */
type ReportedProgress = {
  done: boolean
  remaining: Record<string, string[]>
  tally: Record<string, number>
  damaged: number
}

/** How a lane stands, made from its rows and from who is in no batch yet. */
export function buildLaneReport(ledger: Ledger, progress: ReportedProgress, finished: boolean): LaneReport {
  const { counts, perGroup: perLocale } = ledger.counts()
  for (const [locale, people] of Object.entries(progress.remaining)) {
    const waiting = { ...noCounts(), planned: people.length, waiting: people.length }
    addPerLocale(perLocale, { [locale]: waiting })
    addCounts(counts, waiting)
  }
  // Let go before they were in a batch: everybody in a dry run, and whoever filled no batch when it was cancelled.
  for (const [locale, people] of Object.entries(progress.tally)) {
    const cancelled = { ...noCounts(), planned: people, cancelled: people }
    addPerLocale(perLocale, { [locale]: cancelled })
    addCounts(counts, cancelled)
  }
  return {
    counts,
    perLocale,
    delivery: ledger.deliveryEvents.counts(),
    planned: progress.done,
    finished,
    damaged: progress.damaged,
    uncertain: [...ledger.uncertain()]
      .sort((a, b) => a.id - b.id)
      .map((head) => ({
        id: head.id,
        generation: head.generation,
        people: head.statuses.count('uncertain'),
        reason: head.reason,
        attemptedAt: head.firstAttemptAt,
        bodyHash: bodyHashOf(head),
        heard: countUncertainWithEvents(head.statuses, ledger.deliveryEvents.digitsOf(head.id)),
      })),
  }
}

const countUncertainWithEvents = (statuses: RecipientStatuses, digits = ''): number =>
  [...digits].filter((digit, position) => digit !== '0' && statuses.at(position) === 'uncertain').length
