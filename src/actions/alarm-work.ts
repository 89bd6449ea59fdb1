import * as z from 'zod'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { type ActionParts, countersOf } from './actions-report.ts'
import { earliest, type ObjectContext, type Tick } from './object-context.ts'
import { publishCounters } from './publish-counters.ts'
import { retentionOf } from './retention.ts'

/** Milliseconds until failed work is tried again. The platform itself would give an alarm up after six retries. */
const AFTER_FAILURE_MS = 15_000

/**
 * Lets every part do its due work, then publishes the counters. Returns when to run again (epoch ms), or null when nothing waits. A part
 * that throws is logged and tried again after 15 seconds; the other parts still run.
 */
export function runAlarm(context: ObjectContext, parts: ActionParts): Promise<number | null> {
  return guarded(context, async () => {
    const tick = await readTick(context)
    const times: Array<number | null> = []
    for (const part of [parts.delivery, parts.letters, parts.submissions])
      times.push(await guarded(context, () => part.work(tick)))
    times.push(await publishCounters(context, countersOf(parts)))
    return earliest(times)
  })
}

async function guarded({ env, slug }: ObjectContext, work: () => Promise<number | null>): Promise<number | null> {
  try {
    return await work()
  } catch (error) {
    const detail = errorMessage(error)
    console.error('actions', slug(), detail)
    await raiseNotice(env, { kind: 'campaign-work-failed', subject: slug(), detail })
    return Date.now() + AFTER_FAILURE_MS
  }
}

/** The settings, the campaign and its retention as of now. Stores since when nothing may be sent. */
async function readTick({ env, db, slug }: ObjectContext): Promise<Tick> {
  const now = Date.now()
  const settings = await requireSettings(env)
  const campaign = await currentCampaign(env, slug())
  const entry = db.entry('blocked-since', z.number()) // epoch ms
  const { retention, blockedSince } = retentionOf(campaign, entry.get() ?? null, now)
  if (blockedSince === null) entry.delete()
  else entry.put(blockedSince)
  return { now, settings, campaign, retention }
}
