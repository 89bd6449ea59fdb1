import type { Campaign } from '../src/campaigns/campaign.ts'
import type { DemoPerson } from './demo-people.ts'
import type { Report } from './demo-report.ts'
import type { Organiser } from './organiser.ts'
import { type Visitor, visitorFor } from './visitor.ts'

/** What every scene of the demonstration plays on. */
export type Stage = {
  site: string
  organiser: Organiser
  report: Report
  people: readonly DemoPerson[]
  campaign: Campaign // the appeal that is sent
}

export const visitorOf = ({ people }: Stage, person: DemoPerson): Visitor =>
  visitorFor(person, people.indexOf(person) + 1)
