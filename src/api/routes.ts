import { Hono } from 'hono'
import { problem } from '../web/problem.ts'
import { methodFinder } from '../web/routing/allowed-methods.ts'
import { authenticate, scope } from './authentication.ts'
import type { Api, Handler } from './context.ts'
import { type OperationId, operationEntries } from './contract/operations.ts'
import { actionHandlers, requireCampaign } from './handlers/actions.ts'
import { campaignHandlers } from './handlers/campaigns.ts'
import { dispatchHandlers, requireDispatch } from './handlers/dispatches.ts'
import { exportHandlers } from './handlers/exports.ts'
import { importHandlers, readRefusedUpload } from './handlers/imports.ts'
import { moderationHandlers } from './handlers/moderation.ts'
import { noticeHandlers } from './handlers/notices.ts'
import { personHandlers } from './handlers/people.ts'
import { practiceMailHandlers } from './handlers/practice-mails.ts'
import { sendingHandlers } from './handlers/sending.ts'
import { signatureHandlers } from './handlers/signatures.tsx'
import { statisticsHandlers } from './handlers/statistics.ts'
import { testMailHandlers } from './handlers/test-mails.ts'

const HANDLERS: Record<OperationId, Handler> = {
  ...campaignHandlers,
  ...dispatchHandlers,
  ...practiceMailHandlers,
  ...testMailHandlers,
  ...actionHandlers,
  ...signatureHandlers,
  ...moderationHandlers,
  ...personHandlers,
  ...importHandlers,
  ...exportHandlers,
  ...statisticsHandlers,
  ...noticeHandlers,
  ...sendingHandlers,
  async getOpenApi(c) {
    const { openApiDocument } = await import('./openapi.gen.ts')
    return c.json({ ...openApiDocument, servers: [{ url: c.var.settings.publicUrl }] })
  },
}

/** All routes under /api, built from the table of operations. No answer may be cached. */
export const apiRoutes = new Hono<Api>().basePath('/api')

apiRoutes.use('*', async (c, next) => {
  await next()
  c.res.headers.set('cache-control', 'no-store')
})

addRoutes(true)
apiRoutes.use('*', authenticate)
apiRoutes.use('/actions/:slug/*', requireCampaign)
apiRoutes.use('/dispatches/:id/*', requireDispatch)
addRoutes(false)

apiRoutes.all('*', (c) => {
  const allowed = allowedMethods(c.req.path)
  if (allowed.length === 0)
    return problem(c, { status: 404, title: 'No such operation', detail: 'see /api/openapi.json' })
  const headers = { allow: [...allowed, 'OPTIONS'].join(', ') }
  if (c.req.method === 'OPTIONS') return c.body(null, 204, headers)
  return problem(c, { status: 405, title: 'Method not allowed', detail: `expected ${allowed.join(', ')}` }, headers)
})

const allowedMethods = methodFinder(apiRoutes.routes)

function addRoutes(open: boolean): void {
  for (const [id, operation] of operationEntries()) {
    if ((operation.scope === null) !== open) continue
    const path = operation.path.replace(/^\/api/, '').replaceAll(/\{(\w+)\}/g, ':$1')
    if (operation.file !== undefined) apiRoutes.use(path, readRefusedUpload)
    if (operation.scope !== null) apiRoutes.on(operation.method, path, scope(operation.scope))
    apiRoutes.on(operation.method, path, HANDLERS[id])
  }
}
