import { Hono } from 'hono'
import { moderationId } from '../actions/moderation/moderation.ts'
import type { UpdateTopic } from '../actions/writers/writer-updates.ts'
import { catalogue } from '../campaigns/catalogue.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { staleContacts } from '../campaigns/stale-contacts.ts'
import { campaignActionsOf } from '../objects.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import { replyGiven, resolution, told } from './bodies.ts'
import type { Api } from './context.ts'
import { readJson } from './json-body.ts'
import { signaturesApi } from './routes-signatures.tsx'

/** What people have done in a campaign, and the letters that only a person can settle. */
export const actionsApi = new Hono<Api>()

const NO_CAMPAIGN = { status: 404, title: 'No such campaign', detail: 'see GET /api/campaigns' } as const

/** An object that does not exist would be made by asking it: only campaigns there are have one. */
actionsApi.use('/:slug/*', async (c, next) => {
  if ((await catalogue(c.env.CONTENT).find(c.req.param('slug'))) !== null) return next()
  return problem(c, NO_CAMPAIGN)
})

actionsApi.get('/:slug', scope('read'), async (c) => {
  const slug = c.req.param('slug')
  const [campaign, report] = await Promise.all([
    catalogue(c.env.CONTENT).find(slug),
    campaignActionsOf(c.env, slug).report(),
  ])
  return c.json({ ...report, warnings: campaign === null ? [] : staleContacts(campaign, Date.now()) })
})

actionsApi.post('/:slug/resolve', scope('send'), async (c) => {
  const body = await readJson(c, resolution)
  if (body.refused) return body.refused
  const { batches, decision } = body.value
  const resolved = await campaignActionsOf(c.env, c.req.param('slug')).resolve(batches, decision)
  return c.json({ resolved, notResolved: batches.map(({ id }) => id).filter((id) => !resolved.includes(id)) })
})

actionsApi.post('/:slug/tell', scope('send'), async (c) => {
  const body = await readJson(c, told)
  if (body.refused) return body.refused
  const { updateId, onTheList } = body.value
  const campaign = await currentCampaign(c.env, c.req.param('slug'))
  if (campaign === null) return problem(c, NO_CAMPAIGN)
  const about: UpdateTopic = updateId === undefined ? { kind: 'end' } : { kind: 'update', updateId, onTheList }
  const telling = await campaignActionsOf(c.env, campaign.slug).startWriterUpdate(campaign, about)
  if (telling.kind === 'telling') return c.json(telling, 202)
  if (telling.kind === 'not-ended') {
    const detail = `the campaign is ${telling.status}: set its status to won or closed and publish, then tell of it`
    return problem(c, { status: 409, title: 'Nothing has ended', detail })
  }
  const message = `There is no such update. Expected: ${telling.known.join(', ') || 'none there is'}.`
  return problem(c, { status: 422, title: 'No such update', errors: [{ path: 'updateId', message }] })
})

actionsApi.route('/:slug/signatures', signaturesApi)

actionsApi.post('/:slug/replies', scope('publish'), async (c) => {
  const body = await readJson(c, replyGiven)
  if (body.refused) return body.refused
  const slug = c.req.param('slug')
  const kept = await campaignActionsOf(c.env, slug).addReply(slug, { kind: 'reply', ...body.value })
  if (kept !== null) return c.json({ id: moderationId(slug, kept.id), standing: kept.status }, 201)
  return problem(c, {
    status: 422,
    title: 'No such target',
    errors: [{ path: 'target', message: 'expected the id of a target of this campaign' }],
  })
})
