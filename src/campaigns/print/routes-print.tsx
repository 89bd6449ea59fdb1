import { Hono } from 'hono'
import { byteCache } from '../../kit/caches/byte-cache.ts'
import { FALLBACK_LOCALE, negotiate } from '../../kit/locales.ts'
import { translator } from '../../kit/page-texts.ts'
import { rendererOf } from '../../objects.ts'
import { absolute, paths, ROUTES } from '../../paths.ts'
import { rangedBody } from '../../web/ranged-body.ts'
import { hasLocale, localesOf, readableLocale } from '../campaign.ts'
import { catalogue } from '../catalogue.ts'
import { campaignStatus } from '../page-status.ts'
import { knownLocale, PAGE_HEADERS, type PagesEnv, STYLE_HEADERS } from '../pages/routes.tsx'
import { appealText } from '../text/appeal-text.ts'
import { partOf } from '../text/part-number.ts'
import { textParts } from '../text/text-parts.ts'
import { printedLetters } from './letter-sheet.ts'
import { LETTER_STYLE } from './letter-style.gen.ts'
import { LetterPage } from './pages-letter.tsx'
import { NoPdfPage } from './pages-pdf.tsx'
import { isPaper } from './pdf/document.ts'

/** Routes of the printed sheets, their PDF, and the plain text for sharing. */
export const printRoutes = new Hono<PagesEnv>()

printRoutes.get(ROUTES.letterStyle, (c) => c.body(LETTER_STYLE, 200, STYLE_HEADERS))

printRoutes.get(ROUTES.letterSheets, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null || campaign.status === 'draft') return c.notFound()
  return c.html(<LetterPage locale={locale} settings={settings} campaign={campaign} now={now} />, 200, PAGE_HEADERS)
})

/** Most PDFs cached per isolate, about 20 kB each. Making one takes several times the work of a page, and anybody can request one. */
const MAX_CACHED_PDFS = 20
const cachedPdf = byteCache(MAX_CACHED_PDFS)

/** The PDF of a case that is over warns against sending. A case under review has no PDF. */
printRoutes.get(ROUTES.letterPdf, async (c) => {
  const { settings } = c.var
  const locale = knownLocale(c)
  const now = Date.now()
  const { paper = 'a4', to } = c.req.query()
  const campaign = locale === null ? null : await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), now)
  if (locale === null || campaign === null) return c.notFound()
  const all = printedLetters({ locale, settings, campaign }, now)
  const letters = to === undefined ? all : all.filter(({ target }) => target.id === to)
  if (letters.length === 0) return c.notFound()
  const page = { locale, settings, slug: campaign.slug, target: to }
  if (!isPaper(paper)) return c.html(<NoPdfPage {...page} unknownPaper />, 400)
  const sheets = letters.map(({ sheet }) => sheet)
  const { slug, revision } = campaign
  const bytes = await cachedPdf(`${paper} ${JSON.stringify(sheets)}`, () =>
    rendererOf(c.env, 'print', locale).sheetsPdf({ slug, revision }, sheets, paper),
  )
  if (bytes === null) return c.html(<NoPdfPage {...page} />, 404)
  return rangedBody(c, bytes, {
    ...PAGE_HEADERS,
    'content-type': 'application/pdf',
    // A download, because the content security policy may restrict a viewer inside the browser.
    'content-disposition': `attachment; filename="${[campaign.slug, ...(to === undefined ? [] : [to])].join('-')}.pdf"`,
    ...(campaignStatus(campaign, now) !== 'open' && { 'x-robots-tag': 'noindex' }),
  })
})

printRoutes.get(ROUTES.campaignText, async (c) => {
  const { settings } = c.var
  const now = Date.now()
  const campaign = await catalogue(c.env.CONTENT).findCached(c.req.param('file').replace(/\.txt$/, ''), now)
  if (campaign === null || campaign.status === 'draft') return c.notFound()
  const requested = c.req.query('lang')
  const wanted = requested ?? negotiate(c.req.header('accept-language'), localesOf(campaign))
  const locale = settings.locales.includes(wanted) || hasLocale(campaign, wanted) ? wanted : FALLBACK_LOCALE
  const parts = textParts(appealText({ campaign, locale, publicUrl: settings.publicUrl, now }))
  const part = partOf(c.req.query('part'))
  const text = parts[part - 1]
  if (text === undefined) return c.notFound()
  const next = absolute(settings.publicUrl, paths.campaignText(campaign.slug, locale, part + 1))
  const t = translator(readableLocale(campaign, locale))
  const ending =
    parts.length === 1
      ? ''
      : `\n${t('campaign.part', { part, parts: parts.length })}\n${part < parts.length ? `${t('campaign.next-part')}\n${next}\n` : ''}`
  return c.body(text + ending, 200, {
    ...PAGE_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-language': readableLocale(campaign, locale),
    ...(requested === undefined && { vary: 'Accept-Language' }),
    ...(campaignStatus(campaign, now) !== 'open' && { 'x-robots-tag': 'noindex' }),
  })
})
