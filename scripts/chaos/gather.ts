import { joinCrowd, keysOf } from '../local/crowd.ts'
import { anyPort } from '../local/ports.ts'
import { startServer } from '../local/server.ts'
import { RIG_SETTINGS } from '../local/test-deployment.ts'

/** A state folder in which the crowd has joined; every round begins with a copy of it. */
export async function gather(state: string, people: number): Promise<void> {
  const server = await startServer({ port: await anyPort(), state, settings: RIG_SETTINGS, quiet: true })
  try {
    const kv = await server.miniflare.getKVNamespace('SUPPORTERS')
    await joinCrowd(kv as unknown as KVNamespace, await keysOf(RIG_SETTINGS), people)
  } finally {
    await server.stop()
  }
}
