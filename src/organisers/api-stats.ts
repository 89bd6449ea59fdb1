import { Hono } from 'hono'
import { catalogue } from '../campaigns/catalogue.ts'
import { STATUSES } from '../campaigns/definition.ts'
import { AUDIENCE_PREFIX } from '../dispatch/audience.ts'
import { type Bindings, dispatchOf, registerOf, suppressionOf } from '../dispatch/bindings.ts'
import { scope } from './api-auth.ts'
import type { Api } from './api-env.ts'

/** KV pages counted, of 1,000 people each: an invocation may make 1,000 operations, and nobody waits for more. */
const MAX_PAGES = 200

export const statsApi = new Hono<Api>()

statsApi.get('/', scope('read'), async (c) => {
  const [supporters, departed, campaigns, ids] = await Promise.all([
    countSupporters(c.env),
    suppressionOf(c.env).counts(),
    catalogue(c.env.CONTENT).list(),
    registerOf(c.env).list(),
  ])
  const newest = ids[0] === undefined ? null : await dispatchOf(c.env, ids[0]).told()
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

/** Keys only: no record is opened to be counted. `complete` is false when there are more than were counted. */
async function countSupporters(env: Bindings): Promise<{ confirmed: number; complete: boolean }> {
  let confirmed = 0
  let cursor: string | null = null
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: KVNamespaceListResult<unknown> = await env.SUPPORTERS.list({ prefix: AUDIENCE_PREFIX, cursor })
    confirmed += page.keys.length
    if (page.list_complete) return { confirmed, complete: true }
    cursor = page.cursor
  }
  return { confirmed, complete: false }
}
