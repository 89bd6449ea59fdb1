import type { Campaign } from '../campaigns/campaign.ts'
import type { Target } from '../campaigns/letters.ts'
import type { Said } from '../emails/gathered.ts'
import { letterSheets } from '../emails/letter-sheets.ts'
import type { Attachment } from '../emails/message.ts'
import { utf8 } from '../kit/bytes.ts'

/** The letters of a digest for printing, each on a sheet of its own: as a page in every script. */
export async function sheetsOf(
  campaign: Campaign,
  target: Target,
  said: readonly Said[],
  date: number,
): Promise<Attachment[]> {
  const page = letterSheets(campaign, target, said, date)
  return [{ filename: 'letters.html', contentType: 'text/html; charset=utf-8', content: utf8(page) }]
}
