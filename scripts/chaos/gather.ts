import { addCrowd, keysOf } from '../local/crowd.ts'
import { anyPort } from '../local/ports.ts'
import { startServer } from '../local/server.ts'
import { RIG_SETTINGS } from '../local/test-deployment.ts'

/** Fills the state folder with `people` confirmed supporters. Every round starts with a copy of the folder. */
export async function gather(state: string, people: number): Promise<void> {
  const server = await startServer({ port: await anyPort(), state, settings: RIG_SETTINGS, quiet: true })
  try {
    await addCrowd(await server.miniflare.getKVNamespace('SUPPORTERS'), await keysOf(RIG_SETTINGS), people)
  } finally {
    await server.stop()
  }
}
