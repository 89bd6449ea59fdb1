import { Hono } from 'hono'
import { keeper } from '../../kit/byte-cache.ts'
import { FALLBACK_LOCALE, negotiate } from '../../kit/locales.ts'
import { ROUTES } from '../../paths.ts'
import { hasLocale, localesOf, readIn } from '../campaign.ts'
import { catalogue } from '../catalogue.ts'
import { standingOf } from '../page-status.ts'
import { kept, knownLocale, type Site, STYLE_HEADERS } from '../pages/routes.tsx'
import { appealText } from '../text/appeal-text.ts'
import { lettersOnPaper } from './letter-sheet.ts'
import { LETTER_STYLE } from './letter-style.gen.ts'
import { LetterPage } from './pages-letter.tsx'
import { NoPdfPage } from './pages-pdf.tsx'
import { isPaper } from './pdf/document.ts'
import { sheetsPdf } from './pdf/sheets.ts'

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

/** PDFs that an isolate keeps, of some 20 kB each: making one takes several times the work of a page, and anybody may ask. */
const MAX_KEPT = 20
const madeOnce = keeper(MAX_KEPT)

/** As the sheets, it says of a case that is over that nothing must be sent; of one under review there is none. */
paperRoutes.get(ROUTES.letterPdf, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const { paper = 'a4', to } = c.req.query()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findLately(c.req.param('slug'), now)
  if (locale === null || campaign === null) return c.notFound()
  const all = lettersOnPaper({ locale, settings, campaign }, now)
  const letters = to === undefined ? all : all.filter(({ target }) => target.id === to)
  if (letters.length === 0) return c.notFound()
  const page = { locale, settings, slug: campaign.slug, target: to }
  if (!isPaper(paper)) return c.html(<NoPdfPage {...page} unknownPaper />, 400)
  const sheets = letters.map(({ sheet }) => sheet)
  const bytes = await madeOnce(`${paper} ${JSON.stringify(sheets)}`, () => sheetsPdf(sheets, paper))
  if (bytes === null) return c.html(<NoPdfPage {...page} />, 404)
  return c.body(bytes, 200, {
    ...kept,
    'content-type': 'application/pdf',
    // Kept, not opened: a viewer inside a browser may be bound by our content security policy.
    'content-disposition': `attachment; filename="${[campaign.slug, ...(to === undefined ? [] : [to])].join('-')}.pdf"`,
    ...(standingOf(campaign, now) !== 'open' && { 'x-robots-tag': 'noindex' }),
  })
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
