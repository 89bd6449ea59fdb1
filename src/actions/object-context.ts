import type { Campaign } from '../campaigns/campaign.ts'
import type { Settings } from '../env.ts'
import type { Database } from '../storage/database.ts'
import type { Retention } from './retention.ts'

/** What a campaign's object lends to the parts that work in it. */
export type ObjectContext = {
  env: Env
  db: Database
  /** @throws Error before anybody has done anything in the campaign. */
  slug(): string
  /** The object is found by the campaign's name, and keeps it from the first act on. */
  begin(slug: string): void
  /** Has the object look at everything at this time (epoch ms), unless it does so before. */
  wakeBy(at: number): Promise<void>
  /** How often the campaign has been changed, as far as this instance was told: a slice that is under way ends when it grows. */
  changes(): number
}

/** One look of the object at all there may be to do. */
export type Tick = { now: number; settings: Settings; campaign: Campaign | null; retention: Retention }

/** The earliest of these times, or null when there is none. */
export function earliest(times: ReadonlyArray<number | null>): number | null {
  const set = times.filter((time) => time !== null)
  return set.length === 0 ? null : Math.min(...set)
}
