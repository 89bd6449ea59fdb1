/** The Worker as it is deployed, but for one thing: who plans reads a crowd that is made while it is read, not KV. */

import type { Bindings } from '../../src/dispatch/bindings.ts'
import * as tocsin from '../../src/worker.ts'

// biome-ignore lint/performance/noBarrelFile: an entry exports, nobody imports it
// biome-ignore lint/performance/noReExportAll: whatever the Worker exports, now or later
export * from '../../src/worker.ts'
export { default } from '../../src/worker.ts'

type CrowdBindings = Bindings & { CROWD_URL: string }

export class Lane extends tocsin.Lane {
  constructor(ctx: DurableObjectState, env: CrowdBindings) {
    super(ctx, { ...env, SUPPORTERS: crowdOf(env.CROWD_URL) })
  }
}

export class Dispatch extends tocsin.Dispatch {
  constructor(ctx: DurableObjectState, env: CrowdBindings) {
    super(ctx, { ...env, SUPPORTERS: crowdOf(env.CROWD_URL) })
  }
}

/** Of KV what a dispatch uses: `list`. The records are sealed and come with their keys, so no `get` follows. */
function crowdOf(url: string): KVNamespace {
  const list = async (options: { prefix?: string; cursor?: string; limit?: number }) => {
    const asked = Object.entries(options).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))
    const answer = await fetch(`${url}/?${new URLSearchParams(asked)}`)
    if (!answer.ok) throw new Error(`the crowd answered ${answer.status}`)
    return answer.json()
  }
  return { list } as unknown as KVNamespace
}
