import { type Context, Hono } from 'hono'
import type { Settings } from '../env.ts'
import { negotiate } from '../kit/locales.ts'
import { STYLE } from '../kit/style.ts'
import { paths, ROUTES } from '../paths.ts'
import { formStamp } from '../security/stamp.ts'
import { catalogue } from './catalogue.ts'
import { CampaignPage, HomePage } from './pages.tsx'

type Site = { Bindings: { CONTENT: KVNamespace }; Variables: { settings: Settings } }

/** Seconds a page may be kept: a closed campaign must be seen to be closed within the minute that KV takes anyway. */
const PAGE_SECONDS = 60
/** The style's address carries its hash: what is kept is never out of date. */
const STYLE_SECONDS = 31_536_000

const kept = { 'cache-control': `public, max-age=${PAGE_SECONDS}` }

export const campaignRoutes = new Hono<Site>()

campaignRoutes.get(ROUTES.root, (c) =>
  c.body(null, 302, {
    location: paths.home(negotiate(c.req.header('accept-language'), c.var.settings.locales)),
    vary: 'Accept-Language',
    'cache-control': 'no-cache',
  }),
)

campaignRoutes.get(ROUTES.style, (c) =>
  c.body(STYLE, 200, {
    'content-type': 'text/css; charset=utf-8',
    'cache-control': `public, max-age=${STYLE_SECONDS}, immutable`,
  }),
)

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
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).find(c.req.param('slug'))
  if (locale === null || campaign === null || campaign.status === 'draft') return c.notFound()
  const now = Date.now()
  const stamp = await formStamp(settings.keys, now)
  return c.html(
    <CampaignPage locale={locale} settings={settings} campaign={campaign} stamp={stamp} now={now} />,
    200,
    kept,
  )
})

function knownLocale(c: Context<Site>): string | null {
  const locale = c.req.param('locale') ?? ''
  return c.var.settings.locales.includes(locale) ? locale : null
}
