import type { Counters } from '../campaigns/counters.ts'
import type { DeliveryReport } from './letters/delivery-report.ts'
import type { LetterDelivery } from './letters/letter-delivery.ts'
import type { Letters } from './letters/letters.ts'
import type { SelfReports } from './self-reports/self-reports.ts'
import type { SubmissionCounts, Submissions } from './submissions/submissions.ts'
import type { SkipCounts } from './tell-each/skipped-mail.ts'

/** What `GET /api/actions/{slug}` shows to organisers. */
export type ActionsReport = DeliveryReport & {
  numbers: Counters
  byCountry: Record<string, number>
  byDay: Record<string, number>
  voices: SubmissionCounts
  skipped: Record<string, SkipCounts> // by loop
}

/** The parts of a campaign's object. */
export type ActionParts = {
  letters: Letters
  delivery: LetterDelivery
  submissions: Submissions
  selfReports: SelfReports
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

/** The report for organisers, read from the tables of all parts. */
export function reportOf(parts: ActionParts): ActionsReport {
  const { byCountry, byDay } = parts.letters.counts()
  return {
    numbers: countersOf(parts),
    byCountry,
    byDay,
    voices: parts.submissions.report(),
    skipped: parts.letters.skips(),
    ...parts.delivery.report(),
  }
}
