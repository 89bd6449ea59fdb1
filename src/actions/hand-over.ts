import * as z from 'zod'
import { countersSchema, isEmptyCounters, type WishesByTarget } from '../campaigns/counters.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { sealPublicSubmissions } from '../campaigns/public-submissions.ts'
import { requireSettings } from '../env.ts'
import { MINUTE_MS } from '../kit/durations.ts'
import { publicationOf } from '../objects.ts'
import type { ActionParts } from './action-parts.ts'
import { countersOf } from './actions-report.ts'
import type { ObjectContext, Tick } from './object-context.ts'

/**
 * Milliseconds between two hand-overs of one campaign: five minutes, as often as `CampaignPublication` writes a page at most. A request
 * for every letter would change nothing on the page.
 */
const HAND_OVER_MS = 5 * MINUTE_MS

const handed = z.object({
  numbers: countersSchema.nullable(),
  of: z.string(), // version of the submissions
  withoutDelay: z.string(), // version of withheld names and withdrawals
  hash: z.string(), // of the submissions shown; discloses no text
  at: z.number(), // epoch ms
})

/**
 * Hands changed numbers and submissions of the campaign's page to `CampaignPublication`, which writes the page. Empty numbers are not
 * handed over, so that the last ones stay after retention. Returns when to try again (epoch ms), or null when nothing has changed.
 */
export async function handOver({ env, db, slug }: ObjectContext, parts: ActionParts, tick: Tick) {
  const { submissions } = parts
  const entry = db.entry('handed-over', handed)
  const before = entry.get()
  const wishes = tick.campaign === null ? {} : await parts.delivery.wishes(tick.settings, tick.campaign)
  const given = Object.keys(wishes).length > 0 && { wishes }
  const counters = countersSchema.parse({ ...countersOf(parts), ...given }) // with fields in the schema's order, as stored ones have
  const numbers = isEmptyCounters(counters) ? (before?.numbers ?? null) : counters
  const version = await submissions.shownVersion(tick)
  const withdrawn = before !== undefined && before.withoutDelay !== version.withoutDelay
  const sameNumbers = JSON.stringify(numbers) === JSON.stringify(before?.numbers ?? null)
  const sameWords = before?.of === version.of && !withdrawn
  if (sameNumbers && sameWords) return null
  const due = (before?.at ?? 0) + HAND_OVER_MS
  if (!withdrawn && due > tick.now) return due
  const words = sameWords ? null : await submissions.readShown(tick)
  const changed = words !== null && words.hash !== before?.hash ? words.shown : null
  if (!sameNumbers || changed !== null)
    await publicationOf(env).updatePage(slug(), {
      ...(numbers !== null && { numbers }),
      ...(changed !== null && { words: await sealPublicSubmissions(tick.settings.keys, slug(), changed) }),
      urgent: withdrawn && changed !== null,
    })
  entry.put({ numbers, ...version, hash: words?.hash ?? before?.hash ?? '', at: tick.now })
  return null
}

/** What pages say of the campaign's targets now. */
export async function currentWishes({ env, slug }: ObjectContext, { delivery }: ActionParts): Promise<WishesByTarget> {
  const campaign = await currentCampaign(env, slug())
  return campaign === null ? {} : delivery.wishes(await requireSettings(env), campaign)
}
