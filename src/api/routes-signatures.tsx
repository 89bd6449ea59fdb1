import { Hono } from 'hono'
import { raw } from 'hono/html'
import * as z from 'zod'
import { type Campaign, textIn, wordsIn } from '../campaigns/campaign.ts'
import { catalogue } from '../campaigns/catalogue.ts'
import { LETTER_STYLE } from '../campaigns/print/letter-style.gen.ts'
import { PAPERS } from '../campaigns/print/pdf/document.ts'
import { signaturesPdf } from '../campaigns/print/pdf/signatures.ts'
import { SignatureSheet } from '../campaigns/print/signature-sheet.tsx'
import type { SignatureList } from '../campaigns/print/signatures.ts'
import { isoDay } from '../kit/day.ts'
import { directionOf, FALLBACK_LOCALE } from '../kit/locales.ts'
import { joinList, PAGE_LOCALES, translator } from '../kit/page-texts.ts'
import { campaignActionsOf } from '../objects.ts'
import { problem } from '../web/problem.ts'
import { STYLE } from '../web/style.gen.ts'
import { scope } from './authentication.ts'
import type { Api } from './context.ts'

const asked = z.object({
  format: z.enum(['json', 'html', 'pdf']).default('json'),
  locale: z.enum(PAGE_LOCALES).default(FALLBACK_LOCALE),
  paper: z.enum(Object.keys(PAPERS) as Array<keyof typeof PAPERS>).default('a4'),
})

/** Who has written and lets their name be shown: the sheet that is handed over, as data, as a page to print, or as a PDF. */
export const signaturesApi = new Hono<Api>()

signaturesApi.get('/', scope('supporters'), async (c) => {
  const query = asked.safeParse(c.req.query())
  if (!query.success) {
    const errors = query.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
    return problem(c, { status: 422, title: 'Something in the query is not as expected', errors })
  }
  const { format, locale, paper } = query.data
  const slug = c.req.param('slug') ?? ''
  const campaign = await catalogue(c.env.CONTENT).find(slug)
  if (campaign === null) return problem(c, { status: 404, title: 'No such campaign', detail: 'see GET /api/campaigns' })
  const signatures = await campaignActionsOf(c.env, slug).listSignatures()
  const headers = { 'cache-control': 'no-store' }
  if (format === 'json') return c.json({ signatures }, 200, headers)
  const list = listOf(campaign, locale, signatures, Date.now())
  const file = (ending: string) => ({
    ...headers,
    'content-disposition': `attachment; filename="signatures.${ending}"`,
  })
  if (format === 'html') return c.html(<Page list={list} locale={locale} />, 200, file('html'))
  const pdf = await signaturesPdf(list, paper, locale)
  if (pdf !== null) return c.body(pdf, 200, { ...file('pdf'), 'content-type': 'application/pdf' })
  const detail = 'the font of PDFs cannot write all of these names: ask for format=html and print that'
  return problem(c, { status: 406, title: 'No PDF of these names', detail })
})

function listOf(campaign: Campaign, locale: string, rows: SignatureList['rows'], now: number): SignatureList {
  const targets = campaign.targets.map(({ name, role }) => textIn(name ?? role, locale))
  const lead = translator(locale)('signatures.lead', { names: joinList(locale, targets) })
  return { title: wordsIn(campaign, locale).title, lead, rows, day: isoDay(now) }
}

/** Kept as a file and opened from there: it carries its style. */
const Page = ({ list, locale }: { list: SignatureList; locale: string }) => (
  <html lang={locale} dir={directionOf(locale)}>
    <head>
      <meta charset="utf-8" />
      <title>{list.title}</title>
      <style>{raw(STYLE + LETTER_STYLE)}</style>
    </head>
    <body>
      <SignatureSheet list={list} locale={locale} />
    </body>
  </html>
)
