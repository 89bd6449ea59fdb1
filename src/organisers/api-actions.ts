import { Hono } from 'hono'
import { actionsOf } from '../actions/actions-of.ts'
import { catalogue } from '../campaigns/catalogue.ts'
import { unverified } from '../campaigns/verified.ts'
import { problem } from '../kit/problem.ts'
import { scope } from './api-auth.ts'
import { readJson } from './api-body.ts'
import type { Api } from './api-env.ts'
import { resolution } from './shapes.ts'

/** What people have done in a campaign, and the letters that only a person can settle. */
export const actionsApi = new Hono<Api>()

/** An object that does not exist would be made by asking it: only campaigns there are have one. */
actionsApi.use('/:slug/*', async (c, next) => {
  if ((await catalogue(c.env.CONTENT).find(c.req.param('slug'))) !== null) return next()
  return problem(c, { status: 404, title: 'No such campaign', detail: 'see GET /api/campaigns' })
})

actionsApi.get('/:slug', scope('read'), async (c) => {
  const slug = c.req.param('slug')
  const [campaign, report] = await Promise.all([catalogue(c.env.CONTENT).find(slug), actionsOf(c.env, slug).report()])
  return c.json({ ...report, warnings: campaign === null ? [] : unverified(campaign, Date.now()) })
})

actionsApi.post('/:slug/resolve', scope('send'), async (c) => {
  const body = await readJson(c, resolution)
  if (body.refused) return body.refused
  const { batches, decision } = body.value
  const resolved = await actionsOf(c.env, c.req.param('slug')).resolve(batches, decision)
  return c.json({ resolved, notResolved: batches.map(({ id }) => id).filter((id) => !resolved.includes(id)) })
})
