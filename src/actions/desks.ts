import type { Campaign } from '../campaigns/campaign.ts'
import { carriedTargets } from '../campaigns/letters.ts'
import type { Settings } from '../env.ts'
import { addressesOf } from './letter.ts'
import type { Desk } from './office-hours.ts'

/** Fingerprints of the addresses that are written to, by target. */
export type Recipients = ReadonlyMap<string, ReadonlySet<string>>

export async function recipientsOf(settings: Settings, campaign: Campaign | null): Promise<Recipients> {
  const targets = campaign === null ? [] : carriedTargets(campaign)
  return new Map(
    await Promise.all(
      targets.map(
        async (target) =>
          [target.id, new Set(await Promise.all(addressesOf(target).map((one) => settings.fingerprint(one))))] as const,
      ),
    ),
  )
}

export const desksOf = (campaign: Campaign): Map<string, Desk> =>
  new Map(carriedTargets(campaign).map(({ id, caps, zone }) => [id, { perHour: caps?.perHour, zone }]))
