import type { Campaign } from '../campaigns/campaign.ts'
import type { Settings } from '../env.ts'
import type { Database } from '../storage/database.ts'
import type { Retention } from './retention.ts'

/** What a campaign's Durable Object offers to the classes that work inside it. Its functions can be detached from it. */
export type ObjectContext = {
  env: Env
  db: Database
  /**
   * The campaign's slug, as stored by `begin`.
   * @throws Error before the first action in the campaign
   */
  slug(): string
  /**
   * Stores the slug with the first action, since an object cannot read the name it was found by, and enters the list of places. To be
   * awaited before anything is stored about a person.
   */
  begin(slug: string): Promise<void>
  /** Sets the object's alarm to this time (epoch ms), unless an earlier alarm is set. */
  wakeBy(at: number): Promise<void>
  /** Number of campaign changes that this instance was notified of. A slice of sending ends when the number grows. */
  changes(): number
}

/** What one alarm works with: the time (epoch ms), the settings, the current campaign (null: removed) and its retention. */
export type Tick = { now: number; settings: Settings; campaign: Campaign | null; retention: Retention }

/** The earliest of these times, or null when all are null. */
export function earliest(times: ReadonlyArray<number | null>): number | null {
  const set = times.filter((time) => time !== null)
  return set.length === 0 ? null : Math.min(...set)
}
