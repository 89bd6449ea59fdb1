import * as z from 'zod'
import { bodyHashOf } from '../../delivery/batch.ts'
import { addCounts, addPerLocale, type Counts, noCounts } from '../../delivery/counts.ts'
import type { DeliveryCounts } from '../../delivery/delivery-events.ts'
import type { Ledger } from '../../delivery/ledger.ts'
import type { RecipientStatuses } from '../../delivery/recipient-statuses.ts'
import { defined } from '../../kit/defined.ts'

/**
 * An uncertain batch as an organiser sees it. `attemptedAt` in epoch ms. `bodyHash` is the SHA-256 of the call's body: it identifies the
 * call in a provider's records.
 */
type LaneUncertainBatch = {
  id: number
  generation: number
  people: number
  reason: string
  attemptedAt: number
  bodyHash: string
  heard: number // uncertain people with a provider event: their mail was accepted
}

/** People in the audience whom a dry run leaves out, by the first reason that holds. */
export const leftOutSchema = z.object({ reached: z.int(), paused: z.int(), suppressed: z.int() })
export type LeftOut = z.infer<typeof leftOutSchema>
export const NOBODY_LEFT_OUT: LeftOut = { reached: 0, paused: 0, suppressed: 0 }

/** The progress of one lane, as its dispatch sums it up. `damaged` counts supporters' records that could not be decrypted. */
export type LaneReport = {
  counts: Counts
  perLocale: Record<string, Counts>
  delivery: DeliveryCounts
  planned: boolean
  finished: boolean
  damaged: number
  uncertain: LaneUncertainBatch[]
  /** Why the lane cannot plan yet, and until when it waits at most (epoch ms). */
  waiting?: { reason: string; until: number }
  leftOut?: LeftOut
}

/** The progress of planning: people who are in no batch yet (`remaining`) and people released without one (`tally`), by language. */
type ReportedProgress = {
  done: boolean
  remaining: Record<string, string[]>
  tally: Record<string, number>
  damaged: number
  leftOut?: LeftOut | undefined
}

/** The report of a lane, from its ledger and the people who are in no batch yet. */
export function buildLaneReport(ledger: Ledger, progress: ReportedProgress, finished: boolean): LaneReport {
  const { counts, perGroup: perLocale } = ledger.counts()
  for (const [locale, people] of Object.entries(progress.remaining)) {
    const waiting = { ...noCounts(), planned: people.length, waiting: people.length }
    addPerLocale(perLocale, { [locale]: waiting })
    addCounts(counts, waiting)
  }
  // Released without a batch: all people of a dry run, and people whose batch was not full when the dispatch was cancelled.
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
    ...defined({ leftOut: progress.leftOut }),
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

/** How many uncertain people have a provider event. `digits` are the batch's delivery events. */
const countUncertainWithEvents = (statuses: RecipientStatuses, digits = ''): number =>
  [...digits].filter((digit, position) => digit !== '0' && statuses.at(position) === 'uncertain').length
