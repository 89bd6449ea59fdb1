import { counted, whileBusy } from './busy.ts'
import { clock, know } from './clock.ts'
import { ahead } from './time.ts'

export const CLOCK = '/clock'

type Deployed = Required<Pick<ExportedHandler<Env>, 'fetch' | 'queue' | 'scheduled'>>

/**
 * The Worker as it is deployed, in moved time, and the clock itself: `GET` tells it, `POST {"to": …}` moves it forward. `envOf`: what it
 * finds bound.
 */
export const movedWorker = (deployed: Deployed, envOf = (env: Env): Env => env): Deployed => ({
  async fetch(request, env, ctx) {
    await know()
    if (new URL(request.url).pathname === CLOCK) return onClock(request)
    return whileBusy(() => deployed.fetch(request, envOf(env), counted(ctx)))
  },
  async queue(batch, env, ctx) {
    await know()
    return whileBusy(() => deployed.queue(batch, envOf(env), counted(ctx)))
  },
  async scheduled({ cron, scheduledTime }, env, ctx) {
    await know()
    const moved = { cron, scheduledTime: scheduledTime + ahead(), noRetry: () => {} }
    return whileBusy(() => deployed.scheduled(moved, envOf(env), counted(ctx)))
  },
})

async function onClock(request: Request): Promise<Response> {
  if (request.method === 'POST') {
    const { to } = await request.json<{ to?: number | string }>()
    const at = typeof to === 'string' ? Date.parse(to) : to
    if (at === undefined || !Number.isFinite(at))
      return problem(400, `to: ${to}: expected a time, in epoch milliseconds or as ISO 8601.`)
    if (!(await clock().move(at)))
      return problem(409, `to: ${to}: it is later than that, and the clock only goes forward.`)
  }
  return Response.json(await clock().time())
}

const problem = (status: number, detail: string) => Response.json({ detail }, { status })
