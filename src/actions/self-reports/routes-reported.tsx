import { Hono } from 'hono'
import * as z from 'zod'
import { catalogue } from '../../campaigns/catalogue.ts'
import { SELF_REPORTED } from '../../campaigns/counters.ts'
import { campaignStatus } from '../../campaigns/page-status.ts'
import { campaignActionsOf } from '../../objects.ts'
import { ROUTES } from '../../paths.ts'
import { fieldText } from '../../web/fields.ts'
import { kindOfBody, readBody } from '../../web/form-body.ts'
import {
  isWithinClientLimit,
  linkPage,
  localeIn,
  refusalResponse,
  requestOrigin,
  type SiteEnv,
} from '../../web/responses.tsx'
import { NoDraftPage } from '../drafts/pages.tsx'
import { ReportedPage } from '../writers/pages-stop.tsx'

const how = z.enum(SELF_REPORTED)

/** Takes self-reports: “I have sent it from my own mailbox” or “on paper”. They cannot be checked, so they are counted apart. */
export const reportedRoutes = new Hono<SiteEnv>()

reportedRoutes.post(ROUTES.reported, async (c) => {
  const { settings } = c.var
  const own = requestOrigin(c).kind === 'own' && kindOfBody(c.req.raw) === 'form'
  if (!own) return refusalResponse(c, localeIn(c, undefined), 'refused')
  if (!(await isWithinClientLimit(c, true))) return refusalResponse(c, localeIn(c, undefined), 'too-many')
  const body = await readBody(c.req.raw)
  if (!('fields' in body)) return refusalResponse(c, localeIn(c, undefined), body.kind)
  const locale = localeIn(c, fieldText(body.fields, 'locale'))
  const reported = how.safeParse(fieldText(body.fields, 'how'))
  if (!reported.success) return refusalResponse(c, locale, 'unreadable')
  const campaign = await catalogue(c.env.CONTENT).findCached(c.req.param('slug'), Date.now())
  if (campaign === null) return c.notFound()
  const page = { locale, settings }
  if (campaignStatus(campaign, Date.now()) !== 'open')
    return linkPage(c, <NoDraftPage of="letter" kind="over" {...page} />, 410)
  await campaignActionsOf(c.env, campaign.slug).recordSelfReport(campaign.slug, reported.data)
  return linkPage(c, <ReportedPage campaign={campaign} {...page} />)
})
