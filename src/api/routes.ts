import { Hono } from 'hono'
import { problem } from '../web/problem.ts'
import { authenticate } from './authentication.ts'
import type { Api } from './context.ts'
import { openapi } from './openapi.ts'
import { actionsApi } from './routes-actions.ts'
import { campaignApi } from './routes-campaigns.ts'
import { dispatchApi } from './routes-dispatches.ts'
import { exportApi } from './routes-export.ts'
import { importApi } from './routes-import.ts'
import { moderationApi } from './routes-moderation.ts'
import { statsApi } from './routes-stats.ts'
import { supporterApi } from './routes-supporters.ts'

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
