import { Hono } from 'hono'
import { FALLBACK_LOCALE, negotiate } from '../kit/locales.ts'
import { ROUTES } from '../paths.ts'
import { appealText } from './appeal-text.ts'
import { hasLocale, localesOf, readIn } from './campaign.ts'
import { catalogue } from './catalogue.ts'
import { LETTER_STYLE } from './letter-style.ts'
import { LetterPage } from './pages-letter.tsx'
import { kept, knownLocale, type Site, STYLE_HEADERS } from './routes.tsx'
import { standingOf } from './standing.ts'

/** A campaign where there is no screen: sheets for post and fax, and the plain text that people pass on. */
export const paperRoutes = new Hono<Site>()

paperRoutes.get(ROUTES.letterStyle, (c) => c.body(LETTER_STYLE, 200, STYLE_HEADERS))

paperRoutes.get(ROUTES.letterSheets, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findLately(c.req.param('slug'), now)
  if (locale === null || campaign === null || campaign.status === 'draft') return c.notFound()
  return c.html(<LetterPage locale={locale} settings={settings} campaign={campaign} now={now} />, 200, kept)
})

paperRoutes.get(ROUTES.campaignText, async (c) => {
  const { settings } = c.var
  const now = Date.now()
  const campaign = await catalogue(c.env.CONTENT).findLately(c.req.param('file').replace(/\.txt$/, ''), now)
  if (campaign === null || campaign.status === 'draft') return c.notFound()
  const asked = c.req.query('lang')
  const wanted = asked ?? negotiate(c.req.header('accept-language'), localesOf(campaign))
  const locale = settings.locales.includes(wanted) || hasLocale(campaign, wanted) ? wanted : FALLBACK_LOCALE
  return c.body(appealText({ campaign, locale, publicUrl: settings.publicUrl, now }), 200, {
    ...kept,
    'content-type': 'text/plain; charset=utf-8',
    'content-language': readIn(campaign, locale),
    ...(asked === undefined && { vary: 'Accept-Language' }),
    ...(standingOf(campaign, now) !== 'open' && { 'x-robots-tag': 'noindex' }),
  })
})
