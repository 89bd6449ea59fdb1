import { type Context, Hono } from 'hono'
import type { Settings } from '../../env.ts'
import { negotiate } from '../../kit/locales.ts'
import { paths, ROUTES } from '../../paths.ts'
import { formStamp } from '../../security/form-timestamp.ts'
import { STYLE } from '../../web/style.gen.ts'
import { endedEvents } from '../calendar/events.ts'
import type { Campaign } from '../campaign.ts'
import { catalogue } from '../catalogue.ts'
import { type Numbers, readNumbers } from '../counters.ts'
import { standingOf } from '../page-status.ts'
import { type KnownVoices, readVoices } from '../public-submissions.ts'
import { pictureOf } from '../share-image/share-image.ts'
import { CampaignPage, HomePage } from './pages.tsx'

export type Site = { Bindings: { CONTENT: KVNamespace }; Variables: { settings: Settings } }

/** Seconds a page may be kept: a closed campaign must be seen to be closed within the minute that KV takes anyway. */
const PAGE_SECONDS = 60
/** The style's address carries its hash: what is kept is never out of date. */
const STYLE_SECONDS = 31_536_000

export const kept = { 'cache-control': `public, max-age=${PAGE_SECONDS}` }

export const STYLE_HEADERS = {
  'content-type': 'text/css; charset=utf-8',
  'cache-control': `public, max-age=${STYLE_SECONDS}, immutable`,
}

export const campaignRoutes = new Hono<Site>()

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
    kept,
  )
})

campaignRoutes.get(ROUTES.campaign, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findLately(c.req.param('slug'), now)
  if (locale === null || campaign === null || campaign.status === 'draft') return c.notFound()
  const [numbers, voices] = await Promise.all([
    readNumbers(c.env.CONTENT, campaign.slug, now),
    readVoices(c.env.CONTENT, settings.keys, campaign.slug, now),
  ])
  const [before, after] = await rendered(settings, campaign, { locale, now, numbers, voices })
  return c.html(before + (await formStamp(settings.keys, now)) + after, 200, kept)
})

/** As the page, it is gone within a minute once it may not be shown. */
campaignRoutes.get(ROUTES.picture, async (c) => {
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findLately(c.req.param('slug'), now)
  if (locale === null || campaign === null) return c.notFound()
  const picture = pictureOf(c.var.settings, campaign, locale, standingOf(campaign, now))
  if (picture === null) return c.notFound()
  return c.body(await picture.draw(), 200, { 'content-type': 'image/png', ...kept })
})

type Halves = readonly [before: string, after: string]

/** Pages of bundled campaigns as this isolate has rendered them; one that was published since is another object at every reading. */
const pages = new WeakMap<Settings, WeakMap<Campaign, Map<string, Halves>>>()
/** Stands where the form's stamp goes, the one thing in which two readers' pages differ; nobody's text may hold such a character. */
const STAMP = '\uE000stamp\uE001'

/** States of a campaign's page that an isolate keeps: its languages, some numbers long; older numbers come back to nobody. */
const KEPT_STATES = 60

type Reading = { locale: string; now: number; numbers: Numbers | null; voices: KnownVoices | null }

/** A campaign's page on both sides of the stamp. Of the time nothing is in it but how the campaign and its events stand. */
async function rendered(settings: Settings, campaign: Campaign, reading: Reading): Promise<Halves> {
  const { locale, now, numbers, voices } = reading
  const byCampaign = pages.get(settings) ?? new WeakMap<Campaign, Map<string, Halves>>()
  pages.set(settings, byCampaign)
  const byState = byCampaign.get(campaign) ?? new Map<string, Halves>()
  byCampaign.set(campaign, byState)
  const standing = `${standingOf(campaign, now)} ${endedEvents(campaign, now)}`
  const state = `${locale} ${standing} ${JSON.stringify(numbers)} ${voices?.version}`
  const known = byState.get(state)
  if (known !== undefined) return known
  const page = (
    <CampaignPage settings={settings} campaign={campaign} stamp={STAMP} {...{ locale, now, numbers, voices }} />
  )
  const [before = '', after, ...more] = String(await page).split(STAMP)
  if (after === undefined || more.length > 0) throw new Error('a campaign page has one form with one stamp')
  const halves: Halves = [before, after]
  if (byState.size >= KEPT_STATES) byState.clear()
  byState.set(state, halves)
  return halves
}

/** The language in the path, or null where the site does not speak it. */
export function knownLocale(c: Context<Site>): string | null {
  const locale = c.req.param('locale') ?? ''
  return c.var.settings.locales.includes(locale) ? locale : null
}
