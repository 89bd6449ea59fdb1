/**
 * The deployed Worker with the benchmark's counters, and one difference: Dispatch and Lane list supporters from the server at CROWD_URL,
 * which generates them, instead of KV.
 */

import deployed from '../../src/worker.ts'
import counter, * as counting from '../bench/counting-worker.ts'
import { withMembers } from '../bench/counts.ts'

// biome-ignore-start lint/performance: an entry has to export what wrangler.toml binds
export * from '../bench/counting-worker.ts'
// biome-ignore-end lint/performance: the line above only
export default { ...deployed, ...counter }

type CrowdBindings = Env & { CROWD_URL: string }

export class Lane extends counting.Lane {
  constructor(ctx: DurableObjectState, env: CrowdBindings) {
    super(ctx, { ...env, SUPPORTERS: crowdOf(env) })
  }
}

export class Dispatch extends counting.Dispatch {
  constructor(ctx: DurableObjectState, env: CrowdBindings) {
    super(ctx, { ...env, SUPPORTERS: crowdOf(env) })
  }
}

/** The namespace SUPPORTERS whose `list` reads the generated crowd. Its records are in the metadata, so a dispatch needs no other call. */
function crowdOf({ SUPPORTERS, CROWD_URL }: CrowdBindings): KVNamespace {
  const list = async <Metadata>(
    options?: KVNamespaceListOptions | null,
  ): Promise<KVNamespaceListResult<Metadata, string>> => {
    const query = Object.entries(options ?? {}).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))
    const answer = await fetch(`${CROWD_URL}/?${new URLSearchParams(query)}`)
    if (!answer.ok) throw new Error(`the crowd server answered ${answer.status}`)
    return answer.json()
  }
  return withMembers(SUPPORTERS, { list })
}
