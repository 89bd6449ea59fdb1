import { Hono } from 'hono'
import { ROUTES } from '../../../paths.ts'
import { catalogue } from '../../catalogue.ts'
import { readCampaignPage } from '../../copies/campaign-page.ts'
import { campaignStatus } from '../../page-status.ts'
import { partOf } from '../../text/part-number.ts'
import { knownLocale, PAGE_HEADERS, type PagesEnv } from '../routes.tsx'
import { morePages } from './more-page.tsx'
import { SharePage } from './share-page.tsx'

/** Routes of what does not fit on a campaign's page: the whole case in parts, and sharing. */
export const moreRoutes = new Hono<PagesEnv>()

moreRoutes.get(ROUTES.more, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const found = locale === null ? null : await readCampaignPage(c.env, settings.keys, c.req.param('slug'), now)
  if (locale === null || found === null || found.campaign.status === 'draft') return c.notFound()
  const { campaign, ...shown } = found
  const parts = await morePages(settings, campaign, { locale, now, ...shown })
  const page = parts[partOf(c.req.query('part')) - 1]
  return page === undefined ? c.notFound() : c.html(page, 200, PAGE_HEADERS)
})

moreRoutes.get(ROUTES.share, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null || campaignStatus(campaign, now) !== 'open') return c.notFound()
  return c.html(<SharePage locale={locale} settings={settings} campaign={campaign} />, 200, PAGE_HEADERS)
})
