import { type Context, Hono } from 'hono'
import type { Settings } from '../../env.ts'
import { negotiate } from '../../kit/locales.ts'
import { paths, ROUTES } from '../../paths.ts'
import { formStamp } from '../../security/form-timestamp.ts'
import { STYLE } from '../../web/style.gen.ts'
import { countEndedEvents } from '../calendar/events.ts'
import type { Campaign } from '../campaign.ts'
import { catalogue } from '../catalogue.ts'
import { type Counters, readCounters } from '../counters.ts'
import { campaignStatus } from '../page-status.ts'
import { readPublicSubmissions, type VersionedSubmissions } from '../public-submissions.ts'
import { pictureOf } from '../share-image/share-image.ts'
import { CampaignPage, HomePage } from './pages.tsx'

export type PagesEnv = { Bindings: { CONTENT: KVNamespace }; Variables: { settings: Settings } }

/** Seconds a page may be kept: a closed campaign must be seen to be closed within the minute that KV takes anyway. */
const PAGE_SECONDS = 60
/** The style's address carries its hash: what is kept is never out of date. */
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
  const campaigns = await catalogue(c.env.CONTENT).list()
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
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null || campaign.status === 'draft') return c.notFound()
  const [counters, submissions] = await Promise.all([
    readCounters(c.env.CONTENT, campaign.slug, now),
    readPublicSubmissions(c.env.CONTENT, settings.keys, campaign.slug, now),
  ])
  const [before, after] = await renderCampaignPage(settings, campaign, { locale, now, counters, submissions })
  return c.html(before + (await formStamp(settings.keys, now)) + after, 200, PAGE_HEADERS)
})

/** As the page, it is gone within a minute once it may not be shown. */
campaignRoutes.get(ROUTES.picture, async (c) => {
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null) return c.notFound()
  const picture = pictureOf(c.var.settings, campaign, locale, campaignStatus(campaign, now))
  if (picture === null) return c.notFound()
  return c.body(await picture.draw(), 200, { 'content-type': 'image/png', ...PAGE_HEADERS })
})

type Halves = readonly [before: string, after: string]

/** Pages of bundled campaigns as this isolate has rendered them; one that was published since is another object at every reading. */
const pages = new WeakMap<Settings, WeakMap<Campaign, Map<string, Halves>>>()
/** Stands where the form's stamp goes, the one thing in which two readers' pages differ; nobody's text may hold such a character. */
const STAMP = '\uE000stamp\uE001'

/** States of a campaign's page that an isolate keeps: its languages, some numbers long; older numbers come back to nobody. */
const MAX_CACHED_STATES = 60

type PageState = { locale: string; now: number; counters: Counters | null; submissions: VersionedSubmissions | null }

/** A campaign's page on both sides of the stamp. Of the time nothing is in it but how the campaign and its events stand. */
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
  if (after === undefined || more.length > 0) throw new Error('a campaign page has one form with one stamp')
  const halves: Halves = [before, after]
  if (byState.size >= MAX_CACHED_STATES) byState.clear()
  byState.set(state, halves)
  return halves
}

/** The language in the path, or null where the site does not speak it. */
export function knownLocale(c: Context<PagesEnv>): string | null {
  const locale = c.req.param('locale') ?? ''
  return c.var.settings.locales.includes(locale) ? locale : null
}
