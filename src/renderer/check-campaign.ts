import { type Campaign, localesOf } from '../campaigns/campaign.ts'
import type { Fault } from '../campaigns/source/fault.ts'
import { readCampaign } from '../campaigns/source/read-campaign.ts'
import { utf8 } from '../kit/bytes.ts'
import type { Result } from '../kit/result.ts'

/** Bytes of a campaign as JSON in a Durable Object's row. The platform's limit is 2 MB. */
const MAX_STORED_BYTES = 1_900_000

/** A campaign's files: texts of `campaign.yaml` and the `<locale>.md` files. `languages`: those of the site. */
export type CampaignFiles = { slug: string; files: Record<string, string>; languages: readonly string[] }

/** A campaign that may be published, or why not. */
export type CampaignCheck =
  | { kind: 'sound'; campaign: Campaign }
  | { kind: 'faulty'; faults: Fault[] }
  | { kind: 'too-large'; maxBytes: number }
  | { kind: 'mail-fails'; locale: string; message: string }

/** Reads a campaign's files, and renders its appeal in every language with `render`, which returns what is wrong with it. */
export async function checkCampaign(
  { slug, files, languages }: CampaignFiles,
  render: (campaign: Campaign, locale: string) => Promise<Result<unknown, string>>,
): Promise<CampaignCheck> {
  const { campaign, faults } = await readCampaign(slug, files, languages)
  if (campaign === undefined) return { kind: 'faulty', faults }
  if (utf8(JSON.stringify(campaign)).length > MAX_STORED_BYTES) {
    return { kind: 'too-large', maxBytes: MAX_STORED_BYTES }
  }
  for (const locale of localesOf(campaign)) {
    const mail = await render(campaign, locale)
    if (!mail.ok) return { kind: 'mail-fails', locale, message: mail.error }
  }
  return { kind: 'sound', campaign }
}
