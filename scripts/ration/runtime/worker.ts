import { offsetUntil, setOffset } from '../../clock/time.ts'
import { modulesLoaded } from './memory.ts'
import { counted, invocation, reset, type Strictness, spend, strictness } from './meter.ts'
import { routeLabel } from './routes.ts'
import { settleCursors } from './storage.ts'

const CONTROL = '/ration'
/** Header with the driver's notes about a request. */
const NOTES = 'x-ration'

/**
 * What the driver says of a request. `act`: what the person does. `at`: the time (epoch ms) to which the clock moves first; alarms that
 * become due meanwhile wait for the next move of the clock. `forgetful`: as in a fresh isolate.
 */
export type Notes = { act?: string; at?: number; forgetful?: boolean }

type Deployed = Required<Pick<ExportedHandler<Env>, 'fetch' | 'queue' | 'scheduled'>>

/** Body of `POST /ration`. */
export type Control = Partial<Strictness> & { reset?: boolean }

const REQUESTS = 'Error 1027: the daily request limit of the Worker is exceeded'

/**
 * The deployed Worker, counted and rationed, with `/ration`: `GET` returns what was counted, `POST` changes how strict the runtime is
 * or sets all counts to zero.
 */
export function rationedWorker(deployed: Deployed): Deployed {
  modulesLoaded()
  return {
    async fetch(request, env, ctx) {
      const { pathname } = new URL(request.url)
      if (pathname === CONTROL) return onControl(request)
      const notes = notesOf(request)
      if (notes.at !== undefined) setOffset(offsetUntil(notes.at))
      const passport = { act: notes.act ?? 'other', route: routeLabel(request.method, pathname) }
      return invocation(
        passport,
        'Worker',
        () => {
          spend('workerRequests', 1, REQUESTS)
          return deployed.fetch(request, env, ctx)
        },
        { forgetful: notes.forgetful === true },
      )
    },
    async queue(batch, env, ctx) {
      await invocation({ act: 'provider event', route: 'queue' }, 'Worker', () => deployed.queue(batch, env, ctx))
    },
    async scheduled(controller, env, ctx) {
      await invocation({ act: 'cron', route: 'cron' }, 'Worker', () => {
        spend('workerRequests', 1, REQUESTS)
        return deployed.scheduled(controller, env, ctx)
      })
    },
  }
}

function notesOf(request: Request): Notes {
  const text = request.headers.get(NOTES)
  return text === null ? {} : JSON.parse(text)
}

async function onControl(request: Request): Promise<Response> {
  settleCursors()
  if (request.method === 'POST') {
    const { reset: wanted, ...changes } = await request.json<Control>()
    Object.assign(strictness, changes)
    if (wanted === true) reset()
  }
  return Response.json(counted())
}
