import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { formatFault } from '../../src/campaigns/source/fault.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'

/** Slug of the benchmark's campaign: an invented appeal in four languages, with mails of about 20 KB. */
export const APPEAL = 'night-shift-crane'

const folder = join(import.meta.dirname, 'appeal')

/** Texts of the campaign's files by name, as the API accepts them. */
export const appealFiles = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

/** The parsed campaign. @throws Error with its faults, each with file and line */
export async function appeal(): Promise<Campaign> {
  const { campaign, faults } = await readCampaign(APPEAL, appealFiles())
  if (campaign === undefined) throw new Error(faults.map(formatFault).join('\n'))
  return campaign
}
