/** Billed operations of one dispatch, and their cost at list prices (developers.cloudflare.com, as of November 2026). */

import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lanesFor } from '../../src/dispatch/lane/lanes.ts'
import { bundle, root } from '../local/bundle.ts'
import { type Counts, noCounts } from './counts.ts'
import { deploy, type Shape } from './deployment.ts'
import { dispatchOn, rehearse } from './dispatch.ts'
import type { Sink } from './sink.ts'

const OUTDIR = join('dist', 'bench')

/** Dollars per operation beyond the plan's allowance. A bulk read counts each key; key-value entries, alarms and indexes count as rows. */
const PRICES: Partial<Record<keyof Counts, number>> = {
  rowsRead: 0.001 / 1e6,
  rowsWritten: 1 / 1e6,
  kvReads: 0.5 / 1e6,
  kvWrites: 5 / 1e6,
  kvLists: 5 / 1e6,
  objectRequests: 0.15 / 1e6,
  alarms: 0.15 / 1e6,
}
/** Dollars per second of an object in memory: 128 MB at the price of a gigabyte-second. Lanes stay in memory while they send. */
const AWAKE_SECOND = (12.5 / 1e6) * 0.128
const CPU_MILLISECOND = 0.02 / 1e6

/** Dollars per million mails at the providers, for comparison: Resend's overage and Mailgun's Flex. */
export const PROVIDER_DOLLARS: Record<Shape, number> = { resend: 460, mailgun: 2_000 }

export type Work = { people: number; total: Counts; byObject: Record<string, Counts>; dollarsPerMillion: number }

/** Counts the billed operations of one dispatch in a copy of the state. The counters slow it down, so its time is not reported. */
export async function countWork(state: string, people: number, shape: Shape, sink: Sink): Promise<Work> {
  await bundle({ entry: join('scripts', 'bench', 'counting-worker.ts'), outdir: OUTDIR })
  const copy = `${state}-${shape}-counted`
  cpSync(state, copy, { recursive: true })
  const deployment = await deploy({
    state: copy,
    bulk: { shape, url: sink.url },
    bundle: join(root, OUTDIR, 'counting-worker.js'),
  })
  const counts = async () => (await (await fetch(`${deployment.url}/bench/counts`)).json()) as Record<string, Counts>
  try {
    await rehearse(deployment)
    await sink.reset(people)
    await counts() // resets the counters after the rehearsal
    const { cpuSeconds, seconds } = await dispatchOn(deployment, people, sink)
    const byObject = await counts()
    const total = Object.values(byObject).reduce(sum, noCounts())
    const dollars =
      Object.entries(PRICES).reduce((sum, [name, price]) => sum + total[name as keyof Counts] * price, 0) +
      cpuSeconds * 1_000 * CPU_MILLISECOND +
      seconds * (lanesFor(people) + 4) * AWAKE_SECOND
    return { people, total, byObject, dollarsPerMillion: (dollars / people) * 1e6 }
  } finally {
    await deployment.server.stop()
    rmSync(copy, { recursive: true })
  }
}

const sum = (a: Counts, b: Counts): Counts => {
  const both = noCounts()
  for (const name of Object.keys(both) as Array<keyof Counts>) both[name] = a[name] + b[name]
  return both
}
