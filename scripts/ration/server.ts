/** A rationed server and its clients. */

import { CLOCK_OBJECT, type MovableClock, movableClock } from '../clock/movable.ts'
import { type Outbound, type Server, startServer } from '../local/server.ts'
import { rationedBundlePath } from './bundle.ts'
import type { Counted } from './runtime/tally.ts'
import type { Control, Notes } from './runtime/worker.ts'

type Options = { port: number; state: string; settings: Record<string, string>; quiet?: boolean; outbound?: Outbound }

export type RationedServer = Server & {
  clock: MovableClock
  /** What was counted since the start or the last reset. */
  counted(): Promise<Counted>
  /** Changes how strict the runtime is, or sets all counts to zero. Returns what was counted before. */
  control(control: Control): Promise<Counted>
}

/** Starts the bundle of `rationedBundle`. Its cron trigger fires only by `fireCron`, in moved time. */
export async function startRationedServer(options: Options): Promise<RationedServer> {
  const server = await startServer({ ...options, bundle: rationedBundlePath, unbound: [CLOCK_OBJECT], cron: false })
  const at = new URL('/ration', server.url)
  const countedIn = async (response: Response): Promise<Counted> => {
    if (!response.ok) throw new Error(`the rationed runtime answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Counted
  }
  return Object.assign(Object.create(server) as Server, {
    clock: movableClock(server),
    counted: async () => countedIn(await fetch(at)),
    control: async (control: Control) => {
      const before = await countedIn(await fetch(at))
      await countedIn(await fetch(at, { method: 'POST', body: JSON.stringify(control) }))
      return before
    },
  })
}

/** A `fetch` whose requests are counted for an act. */
export const noting =
  (notes: Notes) =>
  (request: Request): Promise<Response> => {
    request.headers.set('x-ration', JSON.stringify(notes))
    return fetch(request)
  }
