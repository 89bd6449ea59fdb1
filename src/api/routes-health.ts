import { Hono } from 'hono'
import { bulkTransports } from '../delivery/quota/transport-status.ts'
import { settingsOf } from '../env.ts'
import { dispatchRegistryOf, noticesOf } from '../objects.ts'
import { selectTransport } from '../transports/select-transport.ts'
import { deepHealth, healthOf, noticesCheck, sendingCheck } from '../use-cases/health.ts'
import { authenticate, scope } from './authentication.ts'
import type { Api } from './context.ts'

/**
 * `GET /healthz?deep`: also checks each provider and counts the notices. Needs a token: a check costs a call and reveals
 * facts of the account.
 */
export const healthApi = new Hono<Api>()

healthApi.get('/', authenticate, scope('read'), async (c) => {
  const { settings } = c.var
  const transports = [...bulkTransports(settings, c.env), selectTransport(settings, c.env, 'transactional')]
  const [health, notices, stopped] = await Promise.all([
    deepHealth(healthOf(c.env, await settingsOf(c.env)), transports, settings.senderAddress),
    noticesOf(c.env).list(),
    dispatchRegistryOf(c.env).stopped(),
  ])
  const checks = [...health.checks, sendingCheck(stopped), noticesCheck(notices)]
  return c.json({ ok: health.ok, checks }, health.ok ? 200 : 503, { 'cache-control': 'no-store' })
})
