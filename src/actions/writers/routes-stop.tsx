import { Hono } from 'hono'
import { TARGET_WISHES } from '../../campaigns/counters.ts'
import { campaignActionsOf } from '../../objects.ts'
import { ROUTES } from '../../paths.ts'
import { fieldText } from '../../web/fields.ts'
import { readBody } from '../../web/form-body.ts'
import { linkPage, linkProblem, localeIn, type SiteEnv } from '../../web/responses.tsx'
import { LINK_PAGE_HEADERS } from '../../web/security-headers.ts'
import { StopPage, StoppedPage, WishedPage, WishPage } from './pages-stop.tsx'
import { parseStopLink } from './stop-link.ts'

/** The links that stop copies and writer updates. GET changes nothing, because mail scanners follow every link. */
export const stopRoutes = new Hono<SiteEnv>()

stopRoutes.get(ROUTES.stop, async (c) => {
  const { settings } = c.var
  const token = c.req.param('token')
  const link = await parseStopLink(settings.keys, token, Date.now())
  if (!link.ok) return linkProblem(c, link.error)
  const { what, locale } = link.value
  if (what === 'letters')
    return linkPage(c, <WishPage token={token} locale={localeIn(c, locale)} settings={settings} />)
  return linkPage(c, <StopPage what={what} token={token} locale={localeIn(c, locale)} settings={settings} />)
})

/** One-click request of RFC 8058 §3.2: acts at once, with any body, without redirect, cookie or a check of the origin. */
stopRoutes.post(ROUTES.stop, async (c) => {
  const { settings } = c.var
  const link = await parseStopLink(settings.keys, c.req.param('token'), Date.now())
  const body = await readBody(c.req.raw)
  const byPage = 'fields' in body && fieldText(body.fields, 'via') === 'page'
  if (!link.ok)
    return byPage ? linkProblem(c, link.error) : c.text('This link is incomplete.\n', 404, LINK_PAGE_HEADERS)
  const { campaign, what, fingerprint, locale } = link.value
  const actions = campaignActionsOf(c.env, campaign)
  if (what === 'letters') {
    const wish = TARGET_WISHES.find((one) => 'fields' in body && fieldText(body.fields, 'wish') === one)
    const page = { locale: localeIn(c, locale), settings }
    // Without one of the two buttons nothing is chosen: a program that follows links must not decide for an office.
    if (wish === undefined) return linkPage(c, <WishPage token={c.req.param('token')} {...page} />, 422)
    const inForce = await actions.setTargetWish(link.value.target, fingerprint, wish)
    return linkPage(c, <WishedPage wish={inForce} {...page} />)
  }
  await (what === 'copies' ? actions.stopCopies(fingerprint) : actions.stopWriterUpdates(fingerprint))
  if (!byPage) return c.text('It has ended.\n', 200, LINK_PAGE_HEADERS)
  return linkPage(c, <StoppedPage locale={localeIn(c, locale)} settings={settings} />)
})
