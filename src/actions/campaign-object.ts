import * as z from 'zod'
import { Database } from '../storage/database.ts'
import { ACTIONS_STEPS } from './migrations.ts'
import type { ObjectContext } from './object-context.ts'

/** The storage, the slug and the alarm of one campaign's Durable Object. */
export type CampaignObject = ObjectContext & {
  /** Whether anything was ever done in the campaign. Other requests to the object must store nothing. */
  hasBegun(): boolean
  /** Notes that the campaign has changed, so that a slice of sending ends before its next call. */
  recordChange(): void
  /** Sets an alarm for now, if none is set or its time has passed without a run. */
  repairAlarm(): Promise<void>
}

/** Opens the storage of a campaign's Durable Object, and brings its tables up to date. */
export function openCampaignObject(ctx: DurableObjectState, env: Env): CampaignObject {
  const db = new Database(ctx, ACTIONS_STEPS)
  const entry = db.entry('slug', z.string())
  const hasBegun = () => entry.get() !== undefined
  let changes = 0
  return {
    env,
    db,
    hasBegun,
    slug() {
      const slug = entry.get()
      if (slug === undefined) throw new Error('no action has been stored for this campaign yet')
      return slug
    },
    begin(slug) {
      if (!hasBegun()) entry.put(slug)
    },
    async wakeBy(at) {
      const set = await ctx.storage.getAlarm()
      if (set === null || set > at) await ctx.storage.setAlarm(at)
    },
    changes: () => changes,
    recordChange() {
      changes++
    },
    async repairAlarm() {
      const at = await ctx.storage.getAlarm()
      if (at === null || at < Date.now()) await ctx.storage.setAlarm(Date.now())
    },
  }
}
