import { Hono } from 'hono'
import * as z from 'zod'
import { catalogue } from '../../campaigns/catalogue.ts'
import { SELF_REPORTED } from '../../campaigns/counters.ts'
import { standingOf } from '../../campaigns/page-status.ts'
import { actionsOf } from '../../objects.ts'
import { ROUTES } from '../../paths.ts'
import { textOf } from '../../web/fields.ts'
import { kindOfBody, readBody } from '../../web/form-body.ts'
import { linkPage, localeIn, mayGoOn, refuse, type Site, senderTo } from '../../web/responses.tsx'
import { NoDraftPage } from '../drafts/pages.tsx'
import { ReportedPage } from '../writers/pages-stop.tsx'

const how = z.enum(SELF_REPORTED)

/** That somebody wrote by their own mailbox or on paper: nobody can check it, so it is counted apart. */
export const reportedRoutes = new Hono<Site>()

reportedRoutes.post(ROUTES.reported, async (c) => {
  const { settings } = c.var
  const own = senderTo(c).kind === 'own' && kindOfBody(c.req.raw) === 'form'
  if (!own) return refuse(c, localeIn(c, undefined), 'refused')
  if (!(await mayGoOn(c, true))) return refuse(c, localeIn(c, undefined), 'too-many')
  const body = await readBody(c.req.raw)
  if (!('fields' in body)) return refuse(c, localeIn(c, undefined), body.kind)
  const locale = localeIn(c, textOf(body.fields, 'locale'))
  const reported = how.safeParse(textOf(body.fields, 'how'))
  if (!reported.success) return refuse(c, locale, 'unreadable')
  const campaign = await catalogue(c.env.CONTENT).find(c.req.param('slug'))
  if (campaign === null) return c.notFound()
  const page = { locale, settings }
  if (standingOf(campaign, Date.now()) !== 'open')
    return linkPage(c, <NoDraftPage of="letter" kind="over" {...page} />, 410)
  await actionsOf(c.env, campaign.slug).reported(campaign.slug, reported.data)
  return linkPage(c, <ReportedPage campaign={campaign} {...page} />)
})
