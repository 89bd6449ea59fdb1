import { type Context, Hono } from 'hono'
import type { Settings } from '../../env.ts'
import { byteCache } from '../../kit/caches/byte-cache.ts'
import { negotiate } from '../../kit/locales.ts'
import { rendererOf } from '../../objects.ts'
import { paths, ROUTES } from '../../paths.ts'
import { formStamp } from '../../security/form-timestamp.ts'
import { rangedBody } from '../../web/ranged-body.ts'
import { STYLE } from '../../web/style.gen.ts'
import { catalogue } from '../catalogue.ts'
import type { IndexEnv } from '../copies/campaign-index.ts'
import { listForPages } from '../copies/campaign-list.ts'
import { readCampaignPage } from '../copies/campaign-page.ts'
import { campaignStatus } from '../page-status.ts'
import { pictureOf } from '../share-image/share-image.ts'
import { finishedPage } from './finished-page.tsx'
import { HomePage } from './pages.tsx'

export type PagesEnv = { Bindings: IndexEnv & Pick<Env, 'RENDERER'>; Variables: { settings: Settings } }

/** Seconds a page may be cached. A closed campaign must appear closed within the minute that KV takes anyway. */
const PAGE_SECONDS = 60
/** Seconds the style sheet may be cached: a year, because its address contains its hash. */
const STYLE_SECONDS = 31_536_000

export const PAGE_HEADERS = { 'cache-control': `public, max-age=${PAGE_SECONDS}` }

const FINISHED_PAGE_HEADERS = { 'content-type': 'text/html; charset=UTF-8', ...PAGE_HEADERS }

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
  const stamp = await formStamp(settings.keys, now)
  const page = await finishedPage(settings, campaign, { locale, now, counters, submissions }, stamp)
  return c.body(page, 200, FINISHED_PAGE_HEADERS)
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
  return rangedBody(c, bytes, { 'content-type': 'image/png', ...PAGE_HEADERS })
})

/** The language in the path, or null when the site does not have that language. */
export function knownLocale(c: Context<PagesEnv>): string | null {
  const locale = c.req.param('locale') ?? ''
  return c.var.settings.locales.includes(locale) ? locale : null
}
