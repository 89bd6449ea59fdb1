import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { Visitor } from '../local/browser.ts'
import type { Organiser } from '../local/organiser.ts'
import { visitorFor } from '../local/visitor.ts'
import type { DemoPerson } from './people.ts'
import type { Report } from './report.ts'

/** The server, people and campaign that all parts of the demonstration share. */
export type Stage = {
  site: string
  organiser: Organiser
  report: Report
  people: readonly DemoPerson[]
  campaign: Campaign // the campaign whose appeal is sent
}

export const visitorOf = ({ people }: Stage, person: DemoPerson): Visitor =>
  visitorFor(person, people.indexOf(person) + 1)
