import { Hono } from 'hono'
import { catalogue } from '../campaigns/catalogue.ts'
import { STATUSES } from '../campaigns/definition.ts'
import { dispatchRegistryOf, suppressionOf } from '../objects.ts'
import { countSupporters } from '../supporter-list/count-supporters.ts'
import { scope } from './authentication.ts'
import type { Api } from './context.ts'
import { viewOf } from './routes-dispatches.ts'

/** KV pages counted, of 1,000 people each: an invocation may make 1,000 operations, and nobody waits for more. */
const MAX_PAGES = 200

export const statsApi = new Hono<Api>()

statsApi.get('/', scope('read'), async (c) => {
  const [supporters, departed, campaigns, ids] = await Promise.all([
    countSupporters(c.env.SUPPORTERS, MAX_PAGES),
    suppressionOf(c.env).counts(),
    catalogue(c.env.CONTENT).list(),
    dispatchRegistryOf(c.env).list(),
  ])
  const newest = ids[0] === undefined ? null : await viewOf(c.env, ids[0])
  return c.json({
    supporters,
    departed,
    campaigns: Object.fromEntries(
      STATUSES.map((status) => [status, campaigns.filter((campaign) => campaign.status === status).length]),
    ),
    dispatches: ids.length,
    newestDispatch: newest,
  })
})
