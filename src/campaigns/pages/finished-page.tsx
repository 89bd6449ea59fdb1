import type { Settings } from '../../env.ts'
import { concatenate, utf8 } from '../../kit/bytes.ts'
import type { Bytes } from '../../kit/caches/byte-cache.ts'
import { countEndedEvents } from '../calendar/events.ts'
import type { Campaign } from '../campaign.ts'
import type { Counters } from '../counters.ts'
import { campaignStatus } from '../page-status.ts'
import type { VersionedSubmissions } from '../public-submissions.ts'
import { CampaignPage } from './pages.tsx'
import { renderedPages } from './rendered-pages.ts'

/** The bytes of a page before and after the form stamp. Kept as bytes, because a Response would encode a text each time. */
type Halves = readonly [before: Bytes, after: Bytes]

const pages = renderedPages<Halves>()
/**
 * Placeholder of the form stamp, the only part that differs between two readers' pages. Texts never contain these
 * private-use characters.
 */
const STAMP = '\uE000stamp\uE001'

export type PageState = {
  locale: string
  now: number
  counters: Counters | null
  submissions: VersionedSubmissions | null
}

/** The bytes of a campaign's page with this form stamp. */
export async function finishedPage(
  settings: Settings,
  campaign: Campaign,
  state: PageState,
  stamp: string,
): Promise<Bytes> {
  const [before, after] = await renderedHalves(settings, campaign, state)
  return concatenate([before, utf8(stamp), after])
}

/** What a page shows besides the campaign, as one text. The time affects only the page status and the status of events. */
export const stateOf = (campaign: Campaign, { locale, now, counters, submissions }: PageState): string =>
  `${locale} ${campaignStatus(campaign, now)} ${countEndedEvents(campaign, now)} ${JSON.stringify(counters)} ${submissions?.version}`

const renderedHalves = (settings: Settings, campaign: Campaign, state: PageState): Promise<Halves> =>
  pages(settings, campaign, stateOf(campaign, state), async () => {
    const page = <CampaignPage settings={settings} campaign={campaign} stamp={STAMP} {...state} />
    const [before = '', after, ...more] = String(await page).split(STAMP)
    if (after === undefined || more.length > 0) throw new Error('campaign page: expected exactly one form stamp')
    return [utf8(before), utf8(after)]
  })
