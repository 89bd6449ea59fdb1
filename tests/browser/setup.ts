import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { movableBundle, stillBundle } from '../../scripts/clock/movable.ts'
import { bundle, makeContent } from '../../scripts/local/bundle.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { startServer } from '../../scripts/local/server.ts'
import { TEST_SETTINGS } from '../settings.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the built Worker. `TEST_TOKEN` is a token for its API, and `/outbox` shows its mail. */
    url: string
  }
}

/** Builds the Worker as deployed, with a movable clock and with a still one, and starts a server on fresh state. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await makeContent()
  await Promise.all([bundle({ content: 'made' }), movableBundle('made'), stillBundle('made')])
  const port = await anyPort()
  const state = mkdtempSync(join(tmpdir(), 'tocsin-browser-'))
  const settings = { ...TEST_SETTINGS, PUBLIC_URL: `http://127.0.0.1:${port}` }
  const server = await startServer({ port, state, settings })
  project.provide('url', server.url)
  return async () => {
    await server.stop()
    rmSync(state, { recursive: true })
  }
}
