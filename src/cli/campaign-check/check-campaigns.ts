import type { Campaign } from '../../campaigns/campaign.ts'
import { type Fault, formatFault } from '../../campaigns/source/fault.ts'
import { readCampaign } from '../../campaigns/source/read-campaign.ts'
import { dateWarnings } from './date-warnings.ts'
import { factWarnings } from './fact-warnings.ts'
import { translationWarnings } from './translation-warnings.ts'
import { checkedCampaign, formatWarningLine, type Warning } from './warning.ts'
import { wonWarnings } from './won-warnings.ts'

export type CampaignFolder = { slug: string; files: Record<string, string> }

/** What `check` prints: a line for each warning and each fault, and the last line. */
export type CheckReport = { warnings: string[]; faults: string[]; summary: string }

/**
 * Checks campaign folders.
 * @param locales languages of the site. `now` in epoch ms
 */
export async function checkCampaigns(
  folders: readonly CampaignFolder[],
  locales: readonly string[],
  now: number,
): Promise<CheckReport> {
  const report: CheckReport = { warnings: [], faults: [], summary: '' }
  let texts = 0
  let stale = 0
  for (const { slug, files } of folders) {
    const read = await readCampaign(slug, files, locales)
    report.faults.push(...read.faults.map(formatFault))
    report.warnings.push(...warningsOf({ slug, files }, read, locales, now).map(formatWarningLine))
    const words = Object.values(read.campaign?.words ?? {})
    texts += words.length
    stale += words.filter((one) => one.stale).length
  }
  const where = count(folders.length, 'campaign')
  const told = count(report.warnings.length, 'warning')
  report.summary =
    report.faults.length > 0
      ? `${count(report.faults.length, 'fault')} and ${told} in ${where}.`
      : `${where} in ${count(texts, 'text')}: no fault, ${told}, ${stale} stale.`
  return report
}

/** The warnings about one folder as `readCampaign` read it, by file and line. Faults come first: with one, only markup is judged. */
export function warningsOf(
  { slug, files }: CampaignFolder,
  { campaign, warnings: inMarkup }: { campaign?: Campaign; warnings: readonly Fault[] },
  locales: readonly string[],
  now: number,
): Warning[] {
  const warnings: Warning[] = inMarkup.map(({ file, line, found, expected }) => ({
    file,
    line,
    text: `${found} is shown as it stands; expected ${expected}`,
  }))
  if (campaign !== undefined) {
    const checked = checkedCampaign(slug, files, campaign)
    warnings.push(
      ...translationWarnings(checked),
      ...factWarnings(checked, locales),
      ...dateWarnings(checked, now),
      ...wonWarnings(checked),
    )
  }
  return warnings.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
