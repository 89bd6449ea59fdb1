import * as z from 'zod'
import { placesOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { ACTIONS_STEPS } from './migrations.ts'
import type { ObjectContext } from './object-context.ts'

/** The storage, the slug and the alarm of one campaign's Durable Object. */
export type CampaignObject = ObjectContext & {
  /** Whether anything was ever done in the campaign. Other requests to the object must store nothing. */
  hasBegun(): boolean
  /** The same object, with its tables created. For the first action in the campaign. */
  withTables(): CampaignObject
  /** Enters the list of places, unless the object is in it. Objects of earlier versions are not. */
  enterPlaces(): Promise<void>
  /** Leaves the list of places, when nothing about people is left. */
  leavePlaces(): Promise<void>
  /** Notes that the campaign has changed, so that a slice of sending ends before its next call. */
  recordChange(): void
  /** Sets an alarm for now, if none is set or its time has passed without a run. */
  repairAlarm(): Promise<void>
}

/** Opens the storage of a campaign's Durable Object, and brings its tables up to date if it has any. */
export function openCampaignObject(ctx: DurableObjectState, env: Env): CampaignObject {
  const db = new Database(ctx, ACTIONS_STEPS, 'written')
  const entry = db.entry('slug', z.string())
  const isListed = db.entry('in-places', z.boolean())
  let leaving: Promise<void> = Promise.resolve()
  let slug = entry.get() // never changes once it is stored
  let changes = 0
  const object: CampaignObject = {
    env,
    db,
    hasBegun: () => slug !== undefined,
    withTables() {
      db.createSchema()
      return object
    },
    slug() {
      if (slug === undefined) throw new Error('no action has been stored for this campaign yet')
      return slug
    },
    async begin(name) {
      await leaving // else the object could leave the places after it has entered them
      if (isListed.get() === true) return
      await placesOf(env).enter('campaign', name)
      isListed.put(true)
      if (slug !== undefined) return
      entry.put(name)
      slug = name
    },
    async enterPlaces() {
      await object.begin(object.slug())
    },
    async leavePlaces() {
      isListed.delete()
      const left = placesOf(env).leave('campaign', object.slug())
      leaving = left.catch(() => {}) // an entry that stays costs a question
      await left
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
  return object
}
