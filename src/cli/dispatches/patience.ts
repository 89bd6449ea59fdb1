import { type Deployment, NoServer, Rebuilding, sleep } from '../command.ts'
import type { Terminal } from '../program/terminal.ts'

/** How long a local server may rebuild: longer than a build on a slow machine. */
const REBUILD_MS = 120_000
const LOOK_AGAIN_MS = 500

/**
 * Repeats a request while a local server rebuilds, and says so once. `refusedMs`: how long no connection at all is borne, for a server that
 * has answered before. @throws NoServer after that time
 */
export async function patiently<T>(
  { deployment, terminal, refusedMs = 0 }: { deployment: Deployment; terminal: Terminal; refusedMs?: number },
  request: () => Promise<T>,
): Promise<T> {
  const since = Date.now()
  for (let isSaid = false; ; isSaid = true) {
    try {
      return await request()
    } catch (error) {
      const limit = error instanceof Rebuilding ? REBUILD_MS : error instanceof NoServer ? refusedMs : 0
      if (deployment.signal?.aborted || Date.now() - since >= limit) throw error
      if (!isSaid) terminal.warn(`${deployment.url} does not answer just now (it may be rebuilding). Waiting for it …`)
      await sleep(LOOK_AGAIN_MS)
    }
  }
}
