import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Campaign, campaign as campaignSchema } from '../../campaigns/campaign.ts'
import { formatFault } from '../../campaigns/source/fault.ts'
import { readCampaign } from '../../campaigns/source/read-campaign.ts'
import { warningsOf } from '../campaign-check/check-campaigns.ts'
import { formatWarningLine } from '../campaign-check/warning.ts'
import { campaignFiles, localesIn } from '../campaign-folders.ts'
import type { Schemas } from '../client.ts'
import { CAMPAIGNS, STRINGS } from '../project.ts'

/**
 * What `check` says of the campaign that is published, as lines, and whether the local folder is another text. Faults of a local folder
 * are told too: its text cannot be published.
 * @param now epoch ms
 */
export async function checkPublished(
  published: Schemas['Campaign'],
  now: number,
  { campaigns = CAMPAIGNS, strings = STRINGS } = {},
): Promise<string[]> {
  const { slug, revision } = published
  const locales = localesIn(strings)
  const folder = join(campaigns, slug)
  const files = existsSync(folder) ? campaignFiles(folder) : undefined
  const local = files && (await readCampaign(slug, files, locales))
  const isSame = local?.campaign?.revision === revision
  const parsed = campaignSchema.safeParse(published)
  const markup = isSame ? (local?.warnings ?? []) : []
  const warnings = parsed.success
    ? warningsOf(
        { slug, files: isSame ? (files ?? {}) : {} },
        { campaign: parsed.data, warnings: markup },
        locales,
        now,
      )
    : []
  const lines = warnings.map((warning) =>
    isSame ? formatWarningLine(warning) : `warning: ${fileOf(warning.file)}: ${warning.text}`,
  )
  return [...lines, ...differenceOf(slug, revision, local)]
}

/** The name of a file without its folder: the warning is about the published text, which has no lines here. */
const fileOf = (path: string): string => path.split('/').at(-1) ?? path

type ReadFolder = Awaited<ReturnType<typeof readCampaign>> | undefined

function differenceOf(slug: string, revision: string, local: ReadFolder): string[] {
  if (local === undefined || local.campaign?.revision === revision) return []
  const sent = `What is published (revision ${revision}) is sent, not`
  const [fault] = local.faults
  if (local.campaign === undefined)
    return [`${sent} campaigns/${slug}, which has a fault: ${fault === undefined ? 'see check' : formatFault(fault)}`]
  return [
    `${sent} campaigns/${slug}, which differs (revision ${local.campaign.revision}). To send it: npm run tocsin -- publish ${slug}`,
  ]
}

/** Languages of the site without a text of this e-mail. */
export const missingLocales = (has: readonly string[], strings = STRINGS): string[] =>
  localesIn(strings).filter((locale) => !has.includes(locale))

/** The published campaign as the program's own type; undefined if a newer server sends what this version does not know. */
export const knownCampaign = (published: Schemas['Campaign']): Campaign | undefined =>
  campaignSchema.safeParse(published).data
