import type { Settings } from '../../env.ts'
import { concatenate, utf8 } from '../../kit/bytes.ts'
import type { Bytes } from '../../kit/caches/byte-cache.ts'
import { countEndedEvents } from '../calendar/events.ts'
import type { Campaign } from '../campaign.ts'
import type { Counters } from '../counters.ts'
import { campaignStatus } from '../page-status.ts'
import type { VersionedSubmissions } from '../public-submissions.ts'
import { CampaignPage } from './pages.tsx'

/** The bytes of a page before and after the form stamp. Kept as bytes, because a Response would encode a text each time. */
type Halves = readonly [before: Bytes, after: Bytes]

/**
 * Rendered pages of the campaigns in this isolate. A new publication is another Campaign object, so old entries are
 * collected.
 */
const pages = new WeakMap<Settings, WeakMap<Campaign, Map<string, Halves>>>()
/**
 * Placeholder of the form stamp, the only part that differs between two readers' pages. Texts never contain these
 * private-use characters.
 */
const STAMP = '\uE000stamp\uE001'

/** Most cached versions of one campaign's page: all languages, with several recent counts each. Older counts do not return. */
const MAX_CACHED_STATES = 60

type PageState = { locale: string; now: number; counters: Counters | null; submissions: VersionedSubmissions | null }

/** The bytes of a campaign's page with this form stamp. The time affects only the page status and the status of events. */
export async function finishedPage(
  settings: Settings,
  campaign: Campaign,
  state: PageState,
  stamp: string,
): Promise<Bytes> {
  const [before, after] = await renderedHalves(settings, campaign, state)
  return concatenate([before, utf8(stamp), after])
}

async function renderedHalves(settings: Settings, campaign: Campaign, pageState: PageState): Promise<Halves> {
  const { locale, now, counters, submissions } = pageState
  const byCampaign = pages.get(settings) ?? new WeakMap<Campaign, Map<string, Halves>>()
  pages.set(settings, byCampaign)
  const byState = byCampaign.get(campaign) ?? new Map<string, Halves>()
  byCampaign.set(campaign, byState)
  const status = `${campaignStatus(campaign, now)} ${countEndedEvents(campaign, now)}`
  const state = `${locale} ${status} ${JSON.stringify(counters)} ${submissions?.version}`
  const known = byState.get(state)
  if (known !== undefined) return known
  const page = (
    <CampaignPage settings={settings} campaign={campaign} stamp={STAMP} {...{ locale, now, counters, submissions }} />
  )
  const [before = '', after, ...more] = String(await page).split(STAMP)
  if (after === undefined || more.length > 0) throw new Error('campaign page: expected exactly one form stamp')
  const halves: Halves = [utf8(before), utf8(after)]
  if (byState.size >= MAX_CACHED_STATES) byState.clear()
  byState.set(state, halves)
  return halves
}
