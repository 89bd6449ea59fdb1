import { Hono } from 'hono'
import { problem } from '../kit/problem.ts'
import { actionsApi } from './api-actions.ts'
import { authenticate } from './api-auth.ts'
import { campaignApi } from './api-campaigns.ts'
import { dispatchApi } from './api-dispatches.ts'
import type { Api } from './api-env.ts'
import { exportApi } from './api-export.ts'
import { importApi } from './api-import.ts'
import { moderationApi } from './api-moderation.ts'
import { statsApi } from './api-stats.ts'
import { supporterApi } from './api-supporters.ts'
import { openapi } from './openapi.ts'

/** Everything under /api. What it answers is never kept by anybody on the way. */
export const apiRoutes = new Hono<Api>()

apiRoutes.use('*', async (c, next) => {
  await next()
  c.res.headers.set('cache-control', 'no-store')
})
apiRoutes.get('/openapi.json', (c) => c.json(openapi(c.var.settings.publicUrl)))
apiRoutes.use('*', authenticate)
apiRoutes.route('/campaigns', campaignApi)
apiRoutes.route('/actions', actionsApi)
apiRoutes.route('/moderation', moderationApi)
apiRoutes.route('/dispatches', dispatchApi)
apiRoutes.route('/supporters/export', exportApi)
apiRoutes.route('/supporters', importApi)
apiRoutes.route('/supporters', supporterApi)
apiRoutes.route('/stats', statsApi)
apiRoutes.all('*', (c) =>
  problem(c, { status: 404, title: 'No such thing in this API', detail: 'see /api/openapi.json' }),
)
