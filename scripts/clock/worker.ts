import { counted, whileBusy } from './busy.ts'
import { clock, know } from './clock.ts'
import { ahead } from './time.ts'

export const CLOCK = '/clock'

type Deployed = Required<Pick<ExportedHandler<Env>, 'fetch' | 'queue' | 'scheduled'>>

/**
 * The deployed Worker in moved time, with `/clock`: `GET` returns the time, `POST {"to": …}` moves it forward. `envOf` maps the bindings.
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

type ClockRequest = { to?: number | string; orNow?: boolean; find?: Array<{ class: string; id: string }> }

async function onClock(request: Request): Promise<Response> {
  if (request.method === 'POST') {
    const { to, orNow, find } = await request.json<ClockRequest>()
    if (find !== undefined) {
      await clock().find(find)
      return Response.json(await clock().time())
    }
    const at = typeof to === 'string' ? Date.parse(to) : to
    if (at === undefined || !Number.isFinite(at))
      return problem(400, `found to: ${to}; expected a time in epoch milliseconds or ISO 8601`)
    if (!(await clock().move(at, orNow)))
      return problem(409, `found to: ${to}; expected a later time, since the clock only goes forward`)
  }
  return Response.json(await clock().time())
}

const problem = (status: number, detail: string) => Response.json({ detail }, { status })
