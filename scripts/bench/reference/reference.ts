/** Measures what this machine and the runtime allow at most: the ceiling and the floor that a dispatch is compared with. */

import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, root } from '../../local/bundle.ts'
import { deploy, type Shape } from '../deployment.ts'
import type { Sink } from '../sink.ts'

/** `ceiling`: finished calls are copied, hashed, noted in two rows and sent. `floor`: records are listed and opened, calls hashed and sent. */
export const REFERENCES = ['ceiling', 'floor'] as const
export type Reference = (typeof REFERENCES)[number]

/** The references of each shape. Reading people limits only a provider that merges, as it gets few bytes for each. */
export const REFERENCES_OF: Record<Shape, readonly Reference[]> = { resend: ['ceiling'], mailgun: ['ceiling', 'floor'] }

const OUTDIR = join('dist', 'bench-reference')
/** Calls of one measurement of the ceiling, about a second of work. A multiple of the four objects. */
const CALLS = 240
/** How often one measurement of the floor reads all people: often enough for about a second. */
const PASSES = 4

export type ReadyCall = { body: Uint8Array<ArrayBuffer>; type: string; people: number }

export const buildReference = (): Promise<void> =>
  bundle({ entry: join('scripts', 'bench', 'reference', 'worker.ts'), outdir: OUTDIR })

/** Recipients per second of each reference, in a runtime of its own with a copy of the state of `people` people. */
export async function measureReferences(
  names: readonly Reference[],
  state: string,
  { people, shape, sink, call }: { people: number; shape: Shape; sink: Sink; call: ReadyCall },
): Promise<Partial<Record<Reference, number>>> {
  const copy = `${state}-${shape}-reference`
  cpSync(state, copy, { recursive: true })
  const { server, url } = await deploy({
    state: copy,
    bundle: join(root, OUTDIR, 'worker.js'),
    unbound: ['Reference'],
  })
  const ask = async (path: string, query: Record<string, string>, init: RequestInit) => {
    const { status } = await fetch(new URL(`${path}?${new URLSearchParams(query)}`, url), init)
    if (status !== 204) throw new Error(`the reference ${path} answered ${status}`)
  }
  const work = (name: Reference, share: number) =>
    ask(`/bench/${name}`, { calls: String(CALLS / share), passes: String(PASSES / share) }, { method: 'POST' })
  const recipients = { ceiling: CALLS * call.people, floor: PASSES * people }
  const found: Partial<Record<Reference, number>> = {}
  try {
    const query = { url: sink.url, type: call.type, inCall: String(call.people) }
    await ask('/bench/ceiling', query, { method: 'PUT', body: call.body })
    for (const name of names) {
      await work(name, PASSES) // a quarter, so that the engine has compiled the code
      await sink.reset(call.people)
      const began = performance.now()
      await work(name, 1)
      found[name] = (recipients[name] * 1_000) / (performance.now() - began)
      if ((await sink.count()) < recipients[name]) throw new Error(`the sink got too few calls of the ${name}`)
    }
    return found
  } finally {
    await server.stop()
    rmSync(copy, { recursive: true })
  }
}
