import { Hono } from 'hono'
import { currentCampaign } from '../../campaigns/current-campaign.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { campaignActionsOf } from '../../objects.ts'
import { ROUTES } from '../../paths.ts'
import { fieldText } from '../../web/fields.ts'
import { readBody } from '../../web/form-body.ts'
import { linkPage, linkProblem, localeIn, type SiteContext, type SiteEnv } from '../../web/responses.tsx'
import { createActionLink, parseActionLink } from '../drafts/action-link.ts'
import { DecidedPage, ModeratePage, NothingToModeratePage } from './moderate-page.tsx'
import { findModerator } from './moderators.ts'

/** Moderation by a link in a mail. GET only shows the submission, because mail scanners follow every link. */
export const moderationRoutes = new Hono<SiteEnv>()

moderationRoutes.get(ROUTES.moderate, (c) => moderate(c))

moderationRoutes.post(ROUTES.moderate, async (c) => {
  const body = await readBody(c.req.raw)
  const decision = 'fields' in body ? fieldText(body.fields, 'decision') : undefined
  return moderate(
    c,
    DECISIONS.find((one) => one === decision),
  )
})

/** The buttons of the page. */
const DECISIONS = ['accept', 'refuse', 'pass-on'] as const

/** Shows the submission behind the link, or the result of the decision. */
async function moderate(c: SiteContext, decision?: (typeof DECISIONS)[number]) {
  const { settings } = c.var
  const token = c.req.param('token') ?? ''
  const link = await parseActionLink(settings.keys, 'moderate', token, Date.now())
  if (!link.ok) {
    if (link.error !== 'expired') return linkProblem(c, link.error)
    const page = { locale: localeIn(c, undefined), settings }
    return linkPage(c, <NothingToModeratePage kind="expired" {...page} />, 410)
  }
  const { campaign: slug, id, holder, issuedAt } = link.value
  const campaign = await currentCampaign(c.env, slug)
  const moderator = campaign === null ? null : await findModerator(settings, campaign, holder)
  const page = { locale: localeIn(c, moderator?.locale ?? FALLBACK_LOCALE), settings }
  if (campaign === null || moderator === null)
    return linkPage(c, <NothingToModeratePage kind="no-moderator" {...page} />, 403)
  const actions = campaignActionsOf(c.env, slug)
  const moderatedBy = holder ?? ''
  if (decision === 'pass-on') await actions.passOnSubmission(id, moderatedBy)
  const decided =
    decision === undefined || decision === 'pass-on'
      ? undefined
      : await actions.decideSubmission(id, decision, `moderator ${holder}`)
  const item = await actions.findSubmission(id)
  if (item === null) return linkPage(c, <NothingToModeratePage kind="gone" {...page} />, 410)
  const isPassedOn = typeof item === 'object' && decision === 'pass-on'
  if (typeof item === 'object' && !isPassedOn)
    return linkPage(c, <ModeratePage campaign={campaign} item={item} token={token} {...page} />, decision ? 409 : 200)
  const status = typeof item === 'object' ? 'passed-on' : item
  const next = await actions.nextPendingSubmission(id, moderatedBy)
  // The next link expires together with the link that led here.
  const nextToken =
    next && (await createActionLink(settings.keys, 'moderate', { campaign: slug, id: next, holder }, issuedAt))
  const wanted = decision === 'accept' ? 'accepted' : 'refused'
  const otherwise = decided?.kind === 'before' && decided.status !== wanted
  return linkPage(
    c,
    <DecidedPage status={status} otherwise={otherwise} next={nextToken} {...page} />,
    otherwise ? 409 : 200,
  )
}
