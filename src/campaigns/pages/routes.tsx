import { type Context, Hono } from 'hono'
import type { Settings } from '../../env.ts'
import { byteCache } from '../../kit/caches/byte-cache.ts'
import { negotiate } from '../../kit/locales.ts'
import { rendererOf } from '../../objects.ts'
import { paths, ROUTES } from '../../paths.ts'
import { formStamp } from '../../security/form-timestamp.ts'
import { STYLE } from '../../web/style.gen.ts'
import { countEndedEvents } from '../calendar/events.ts'
import type { Campaign } from '../campaign.ts'
import { catalogue } from '../catalogue.ts'
import type { IndexEnv } from '../copies/campaign-index.ts'
import { listForPages } from '../copies/campaign-list.ts'
import { readCampaignPage } from '../copies/campaign-page.ts'
import type { Counters } from '../counters.ts'
import { campaignStatus } from '../page-status.ts'
import type { VersionedSubmissions } from '../public-submissions.ts'
import { pictureOf } from '../share-image/share-image.ts'
import { CampaignPage, HomePage } from './pages.tsx'

export type PagesEnv = { Bindings: IndexEnv & Pick<Env, 'RENDERER'>; Variables: { settings: Settings } }

/** Seconds a page may be cached. A closed campaign must appear closed within the minute that KV takes anyway. */
const PAGE_SECONDS = 60
/** Seconds the style sheet may be cached: a year, because its address contains its hash. */
const STYLE_SECONDS = 31_536_000

export const PAGE_HEADERS = { 'cache-control': `public, max-age=${PAGE_SECONDS}` }

export const STYLE_HEADERS = {
  'content-type': 'text/css; charset=utf-8',
  'cache-control': `public, max-age=${STYLE_SECONDS}, immutable`,
}

export const campaignRoutes = new Hono<PagesEnv>()

campaignRoutes.get(ROUTES.root, (c) =>
  c.body(null, 302, {
    location: paths.home(negotiate(c.req.header('accept-language'), c.var.settings.locales)),
    vary: 'Accept-Language',
    'cache-control': 'no-cache',
  }),
)

campaignRoutes.get(ROUTES.style, (c) => c.body(STYLE, 200, STYLE_HEADERS))

campaignRoutes.get(ROUTES.home, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  if (locale === null) return c.notFound()
  const now = Date.now()
  const campaigns = await listForPages(c.env, now)
  const stamp = await formStamp(settings.keys, now)
  return c.html(
    <HomePage locale={locale} settings={settings} campaigns={campaigns} stamp={stamp} now={now} />,
    200,
    PAGE_HEADERS,
  )
})

campaignRoutes.get(ROUTES.campaign, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const found = locale === null ? null : await readCampaignPage(c.env, settings.keys, c.req.param('slug'), now)
  if (locale === null || found === null || found.campaign.status === 'draft') return c.notFound()
  const { campaign, counters, submissions } = found
  const [before, after] = await renderCampaignPage(settings, campaign, { locale, now, counters, submissions })
  return c.html(before + (await formStamp(settings.keys, now)) + after, 200, PAGE_HEADERS)
})

/** Most pictures cached per isolate, about 20 kB each. Drawing one takes ten times the work of a page, and anybody can request one. */
const MAX_CACHED_PICTURES = 40
const cachedPicture = byteCache(MAX_CACHED_PICTURES)

/** The share image has the cache time of a page, so that a withdrawn campaign disappears within a minute. */
campaignRoutes.get(ROUTES.picture, async (c) => {
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null) return c.notFound()
  const picture = pictureOf(c.var.settings, campaign, locale, campaignStatus(campaign, now))
  if (picture === null) return c.notFound()
  const { slug, revision } = campaign
  const bytes = await cachedPicture(`${slug} ${picture.locale} ${picture.version}`, () =>
    rendererOf(c.env, 'print', picture.locale).picture({ slug, revision }, picture.text),
  )
  if (bytes === null) return c.notFound()
  return c.body(bytes, 200, { 'content-type': 'image/png', ...PAGE_HEADERS })
})

type Halves = readonly [before: string, after: string]

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

/** Renders a campaign's page, split at the form stamp. The time affects only the page status and the status of events. */
async function renderCampaignPage(settings: Settings, campaign: Campaign, pageState: PageState): Promise<Halves> {
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
  const halves: Halves = [before, after]
  if (byState.size >= MAX_CACHED_STATES) byState.clear()
  byState.set(state, halves)
  return halves
}

/** The language in the path, or null when the site does not have that language. */
export function knownLocale(c: Context<PagesEnv>): string | null {
  const locale = c.req.param('locale') ?? ''
  return c.var.settings.locales.includes(locale) ? locale : null
}
