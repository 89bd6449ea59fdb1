import type { Campaign } from '../../../campaigns/campaign.ts'
import type { TargetWish, WishesByTarget } from '../../../campaigns/counters.ts'
import type { Settings } from '../../../env.ts'
import { kindOf, recipientsOf } from '../addressees.ts'
import type { LetterTables } from '../letter-tables.ts'

/** What pages say of targets: which get letters in digests only, and which get none. Targets without a wish are left out. */
export async function wishesByTarget(
  { wishes, schedule }: LetterTables,
  settings: Settings,
  campaign: Campaign,
): Promise<WishesByTarget> {
  const stopped = new Set(schedule.stopped().map(({ target }) => target))
  if (stopped.size === 0 && wishes.list().length === 0) return {}
  const found: Array<[string, TargetWish]> = []
  for (const [key, addresses] of await recipientsOf(settings, campaign)) {
    if (kindOf(key) !== 'target') continue
    const open = addresses.filter((one) => wishes.of(one) !== 'left-office')
    if (stopped.has(key) || open.length === 0) found.push([key, 'left-office'])
    else if (open.every((one) => wishes.of(one) === 'digest')) found.push([key, 'digest'])
  }
  return Object.fromEntries(found)
}
