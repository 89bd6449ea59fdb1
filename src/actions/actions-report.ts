import { type Counters, countersSchema } from '../campaigns/counters.ts'
import type { ActionParts } from './action-parts.ts'
import type { DeliveryReport } from './letters/delivery-report.ts'
import type { SubmissionCounts } from './submissions/submission-tally.ts'
import type { SkipCounts } from './tell-each/skipped-mail.ts'
import type { NewsProgress } from './writers/writer-updates.ts'

/** What `GET /api/actions/{slug}` shows to organisers. */
export type ActionsReport = DeliveryReport & {
  numbers: Counters
  byCountry: Record<string, number>
  byDay: Record<string, number>
  voices: SubmissionCounts
  skipped: Record<string, SkipCounts> // by loop
  news: NewsProgress[]
}

/** The public counters of a campaign. Letters whose writer was erased count as cancelled. */
export function countersOf({ letters, delivery, submissions, selfReports }: ActionParts): Counters {
  const { confirmed, byCountry, byDay } = letters.counts()
  const { planned: _, suppressed, ...toTargets } = delivery.counts('target')
  return {
    confirmed,
    ...toTargets,
    cancelled: toTargets.cancelled + suppressed,
    copies: delivery.counts('copies').accepted,
    ownMailbox: selfReports.count('own-mailbox'),
    paper: selfReports.count('paper'),
    countries: byCountry,
    days: byDay,
    ...submissions.numbers(),
  }
}

/** The report of a campaign in which nobody has acted. */
export const NO_ACTIONS: ActionsReport = {
  numbers: countersSchema.parse({ confirmed: 0, accepted: 0, refused: 0, waiting: 0, cancelled: 0, uncertain: 0 }),
  byCountry: {},
  byDay: {},
  voices: {},
  skipped: {},
  news: [],
  stopped: [],
  wishes: [],
  uncertain: [],
}

/** The report for organisers, read from the tables of all parts. */
export function reportOf(parts: ActionParts): ActionsReport {
  const { byCountry, byDay } = parts.letters.counts()
  return {
    numbers: countersOf(parts),
    byCountry,
    byDay,
    voices: parts.submissions.report(),
    skipped: parts.letters.skips(),
    news: parts.letters.told(),
    ...parts.delivery.report(),
  }
}
