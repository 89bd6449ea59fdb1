import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { formatFault } from '../../src/campaigns/source/fault.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'

/** What the bench sends: an invented appeal in four languages, of mails of about 20 KB, as DESIGN §6 names them. */
export const APPEAL = 'night-shift-crane'

const folder = join(import.meta.dirname, 'appeal')

/** As an organiser publishes it. */
export const appealFiles = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

/** @throws Error with its faults, each with file and line. */
export async function appeal(): Promise<Campaign> {
  const { campaign, faults } = await readCampaign(APPEAL, appealFiles())
  if (campaign === undefined) throw new Error(faults.map(formatFault).join('\n'))
  return campaign
}
