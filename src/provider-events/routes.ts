import { type Context, Hono } from 'hono'
import type { Settings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import type { RaisedNotice } from '../notices/notice-table.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { ROUTES } from '../paths.ts'
import { readBounded } from '../web/bounded-body.ts'
import { bodyProblem, problem } from '../web/problem.ts'
import { storeBatch, storeEvents } from './deliver-to-inbox.ts'
import { fetchText } from './fetch-text.ts'
import { KIB, type Provider, type ReadEvents, type ReportRefusal } from './provider.ts'
import { providers } from './providers.ts'

/** Bytes up to which a request reads its events itself: some thirty of them. An event inbox reads larger batches. */
const MAX_BYTES_HERE = 16 * KIB

/** Webhook routes. Providers retry every response except 200, so no event is lost while a secret is wrong. */
export const webhookRoutes = new Hono<{ Bindings: Env; Variables: { settings: Settings } }>()

webhookRoutes.post(ROUTES.webhook, async (c) => {
  const provider = providers.find(({ name }) => name === c.req.param('provider'))
  if (provider === undefined) {
    const known = providers.map(({ name }) => name).join(', ')
    return problem(c, { status: 404, title: 'Unknown provider', detail: `expected one of ${known}` })
  }
  const { settings } = c.var
  const setting = `${provider.name.toUpperCase()}_WEBHOOK_SECRET`
  const secret = settings.webhookSecrets[provider.name]
  if (secret === undefined) {
    return problem(c, { status: 404, title: 'Webhook not configured', detail: `set ${setting}: see docs/webhooks.md` })
  }
  const fault = provider.secretFault(secret)
  if (fault !== null) return problem(c, { status: 503, title: 'Webhook not configured', detail: `${setting} ${fault}` })
  const body = await readBounded(c.req.raw, provider.maxBytes)
  if (!body.ok) return bodyProblem(c, body.error, provider.maxBytes)
  const signed = { headers: c.req.raw.headers, body: body.value }
  const now = Date.now()
  const { batch } = provider
  const isLarge = batch !== undefined && body.value.length > MAX_BYTES_HERE
  let read: ReadEvents | null
  try {
    read = await (isLarge ? batch.verify(signed, secret, now) : provider.read(signed, secret, now, { fetchText }))
  } catch (error) {
    console.warn('webhook not verified:', provider.name, errorMessage(error))
    notice(c, { kind: 'webhook-refused', subject: provider.name, detail: 'the signature could not be verified' })
    return problem(c, { status: 503, title: 'Signature could not be verified', detail: 'send the event again' })
  }
  try {
    const refusal = await (read === null
      ? storeBatch(c.env, provider.name, body.value)
      : storeEvents(c.env, settings, provider.name, read, now))
    return refusal === null ? c.body(null, 200) : refused(c, provider, refusal)
  } catch (error) {
    console.error('webhook not stored:', provider.name, errorMessage(error))
    notice(c, { kind: 'events-not-stored', subject: provider.name })
    return problem(c, { status: 503, title: 'Event could not be stored', detail: 'send the event again' })
  }
})

/** Tells organisers, without delaying the answer to the provider. */
const notice = (c: Context, raised: RaisedNotice): void => c.executionCtx.waitUntil(raiseNotice(c.env, raised))

function refused(c: Context, { name, refusedStatus }: Provider, { refused: reason, status }: ReportRefusal): Response {
  console.warn('webhook refused:', name, reason)
  notice(c, { kind: 'webhook-refused', subject: name, detail: reason })
  return problem(c, { status: status ?? refusedStatus ?? 401, title: 'Event refused', detail: reason })
}
