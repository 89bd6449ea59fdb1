import * as z from 'zod'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { failures, StoredBackoff } from '../storage/stored-backoff.ts'
import type { ActionParts } from './action-parts.ts'
import type { CampaignObject } from './campaign-object.ts'
import { handOver } from './hand-over.ts'
import { earliest, type ObjectContext, type Tick } from './object-context.ts'
import { retentionOf } from './retention.ts'

/**
 * Lets every part do its due work, then hands over what the page shows. Returns when to run again (epoch ms), or null when nothing waits.
 * A part that throws is logged and tried again after a pause that grows; the other parts still run.
 */
export async function runAlarm(context: CampaignObject, parts: ActionParts): Promise<number | null> {
  let tick: Tick
  try {
    tick = await readTick(context)
  } catch (error) {
    return afterFailure(context, 'start', error)
  }
  backoffOf(context, 'start').succeeded()
  const work: Array<[name: string, run: () => Promise<number | null>]> = [
    ['delivery', () => parts.delivery.work(tick)],
    ['letters', () => parts.letters.work(tick)],
    ['submissions', () => parts.submissions.work(tick)],
    ['page', () => handOver(context, parts, tick)],
    ['places', () => enterOrLeave(context, tick)],
  ]
  const times: Array<number | null> = []
  for (const [name, run] of work) times.push(await guarded(context, name, run))
  return earliest(times)
}

/** Leaves the list of places once all records are deleted. Before, an object of an earlier version enters it. */
async function enterOrLeave(object: CampaignObject, { retention }: Tick): Promise<null> {
  await (retention.recordsEnded ? object.leavePlaces() : object.enterPlaces())
  return null
}

/** Runs a part's work, unless it failed and its pause is not over. */
async function guarded(context: ObjectContext, part: string, work: () => Promise<number | null>) {
  const until = backoffOf(context, part).until()
  if (until > Date.now()) return until
  try {
    const next = await work()
    backoffOf(context, part).succeeded()
    return next
  } catch (error) {
    return afterFailure(context, part, error)
  }
}

async function afterFailure(context: ObjectContext, part: string, error: unknown): Promise<number> {
  const [subject, detail] = [context.slug(), errorMessage(error)]
  console.error('actions', subject, part, detail)
  await raiseNotice(context.env, { kind: 'campaign-work-failed', subject, detail })
  return backoffOf(context, part).failed(Date.now())
}

const backoffOf = ({ db }: ObjectContext, part: string) => new StoredBackoff(db.entry(`failures/${part}`, failures))

/** The settings, the campaign and its retention as of now. Stores since when nothing may be sent. */
async function readTick({ env, db, slug }: ObjectContext): Promise<Tick> {
  const now = Date.now()
  const settings = await requireSettings(env)
  const campaign = await currentCampaign(env, slug())
  const entry = db.entry('blocked-since', z.number()) // epoch ms
  const before = entry.get() ?? null
  const { retention, blockedSince } = retentionOf(campaign, before, now)
  if (blockedSince !== before) {
    if (blockedSince === null) entry.delete()
    else entry.put(blockedSince)
  }
  return { now, settings, campaign, retention }
}
