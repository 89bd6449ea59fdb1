import * as z from 'zod'
import { DAY_MS } from '../kit/durations.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import type { ProviderEvent } from '../suppression/provider-event.ts'

/**
 * Effects a day of a deployment that may wait, unless EVENT_EFFECTS_PER_DAY is set. Each writes up to four rows: the effect and its
 * deletion, a soft bounce, and its share of a lane's digits. That is a fifth of the 100,000 rows that the free plan allows a day
 * (developers.cloudflare.com/durable-objects/platform/pricing, November 2026).
 */
export const EFFECTS_A_DAY = 5_000

/** Event inboxes of a deployment, which share the budget: one for each first digit of an event's id. */
const INBOXES = 16

const usage = z.object({ day: z.int(), used: z.int(), isNoticed: z.boolean() })

/** Whether an event takes effect at once, whatever the budget: it says that somebody must get no more mail. */
export const isUrgent = ({ kind, permanence }: ProviderEvent): boolean =>
  kind === 'complained' || kind === 'unsubscribed' || (kind === 'bounced' && permanence === 'hard')

const dayOf = (now: number): number => Math.floor(now / DAY_MS)

/** The start of the next day in UTC, when the platform's rations begin anew (epoch ms). */
export const nextDay = (now: number): number => (dayOf(now) + 1) * DAY_MS

/** Effects that one inbox may still apply today, besides urgent ones. */
export class EffectBudget {
  readonly #entry: StoredEntry<z.infer<typeof usage>>

  constructor(db: Database) {
    this.#entry = db.entry('effects-of-the-day', usage)
  }

  /** How many effects remain today; `perDay` is the budget of the deployment. */
  left(perDay: number, now: number): number {
    return Math.max(0, Math.ceil(perDay / INBOXES) - this.#today(now).used)
  }

  spend(effects: number, now: number): void {
    if (effects === 0) return
    const today = this.#today(now)
    this.#entry.put({ ...today, used: today.used + effects })
  }

  /** Whether organisers have yet to be told that effects wait. True once a day. */
  isNews(now: number): boolean {
    const today = this.#today(now)
    if (!today.isNoticed) this.#entry.put({ ...today, isNoticed: true })
    return !today.isNoticed
  }

  #today(now: number): z.infer<typeof usage> {
    const known = this.#entry.get()
    return known?.day === dayOf(now) ? known : { day: dayOf(now), used: 0, isNoticed: false }
  }
}
