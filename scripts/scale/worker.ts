/**
 * The Worker as it is deployed, with the benchmark's counters around it, but for one thing: who plans reads a crowd that is made while
 * it is read, not KV.
 */

import deployed from '../../src/worker.ts'
import counter, * as counting from '../bench/counting-worker.ts'

// biome-ignore-start lint/performance: an entry has to export what wrangler.toml binds
export * from '../bench/counting-worker.ts'
// biome-ignore-end lint/performance: only that one
export default { ...deployed, ...counter }

type CrowdBindings = Env & { CROWD_URL: string }

export class Lane extends counting.Lane {
  constructor(ctx: DurableObjectState, env: CrowdBindings) {
    super(ctx, { ...env, SUPPORTERS: crowdOf(env.CROWD_URL) })
  }
}

export class Dispatch extends counting.Dispatch {
  constructor(ctx: DurableObjectState, env: CrowdBindings) {
    super(ctx, { ...env, SUPPORTERS: crowdOf(env.CROWD_URL) })
  }
}

/** Of KV what a dispatch uses: `list`, whose records come with their keys. By `getWithMetadata` the counters know a KV. */
function crowdOf(url: string): KVNamespace {
  const list = async (options: { prefix?: string; cursor?: string; limit?: number }) => {
    const asked = Object.entries(options).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))
    const answer = await fetch(`${url}/?${new URLSearchParams(asked)}`)
    if (!answer.ok) throw new Error(`the crowd answered ${answer.status}`)
    return answer.json()
  }
  return { list, getWithMetadata: async () => ({ value: null, metadata: null }) } as unknown as KVNamespace
}
