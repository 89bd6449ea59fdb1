import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { Counters } from '../../src/campaigns/counters.ts'
import { morePages } from '../../src/campaigns/pages/more/more-page.tsx'
import type { PublicSubmissions } from '../../src/campaigns/public-submissions.ts'
import type { Settings } from '../../src/env.ts'

type Shown = { counters?: Counters | null; submissions?: PublicSubmissions | null }

/** All parts of the page with the whole case, as one text of HTML. */
export async function wholeCase(
  settings: Settings,
  campaign: Campaign,
  locale: string,
  now: number,
  { counters = null, submissions = null }: Shown = {},
): Promise<string> {
  const versioned = submissions && { ...submissions, version: 'v' }
  return (await morePages(settings, campaign, { locale, now, counters, submissions: versioned })).join('\n')
}
