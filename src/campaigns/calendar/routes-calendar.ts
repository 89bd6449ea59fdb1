import { Hono } from 'hono'
import { ROUTES } from '../../paths.ts'
import { catalogue } from '../catalogue.ts'
import { knownLocale, PAGE_HEADERS, type PagesEnv } from '../pages/routes.tsx'
import { hasCalendar, renderCalendar } from './calendar.ts'

export const calendarRoutes = new Hono<PagesEnv>()

calendarRoutes.get(ROUTES.calendar, async (c) => {
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null || !hasCalendar(campaign, now)) return c.notFound()
  return c.body(renderCalendar(campaign, locale, c.var.settings.publicUrl, now), 200, {
    ...PAGE_HEADERS,
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': `attachment; filename="${campaign.slug}.ics"`,
  })
})
