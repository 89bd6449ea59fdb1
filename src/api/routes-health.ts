import { Hono } from 'hono'
import { bulkTransports } from '../delivery/quota/transport-status.ts'
import { settingsOf } from '../env.ts'
import { selectTransport } from '../transports/select-transport.ts'
import { deepHealth, healthOf } from '../use-cases/health.ts'
import { authenticate, scope } from './authentication.ts'
import type { Api } from './context.ts'

/** `GET /healthz?deep`: the providers are asked, which costs calls to them and tells of the account, so it needs a token. */
export const healthApi = new Hono<Api>()

healthApi.get('/', authenticate, scope('read'), async (c) => {
  const { settings } = c.var
  const transports = [...bulkTransports(settings, c.env), selectTransport(settings, c.env, 'transactional')]
  const health = await deepHealth(healthOf(c.env, await settingsOf(c.env)), transports, settings.senderAddress)
  return c.json(health, health.ok ? 200 : 503, { 'cache-control': 'no-store' })
})
