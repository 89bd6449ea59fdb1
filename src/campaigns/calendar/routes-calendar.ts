import { Hono } from 'hono'
import { ROUTES } from '../../paths.ts'
import { catalogue } from '../catalogue.ts'
import { kept, knownLocale, type Site } from '../pages/routes.tsx'
import { calendarOf, hasCalendar } from './calendar.ts'

export const calendarRoutes = new Hono<Site>()

calendarRoutes.get(ROUTES.calendar, async (c) => {
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findLately(c.req.param('slug'), now)
  if (locale === null || campaign === null || !hasCalendar(campaign, now)) return c.notFound()
  return c.body(calendarOf(campaign, locale, c.var.settings.publicUrl, now), 200, {
    ...kept,
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': `attachment; filename="${campaign.slug}.ics"`,
  })
})
