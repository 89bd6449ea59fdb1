/**
 * `npm run fuzz`: sends requests of every method, type, size and shape to every route of the built Worker. The exit code is 1 if an
 * answer is wrong: a 5xx, none at all, no valid HTTP, a missing security header, or markup and headers that a request brought in.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz/run.ts'
import { bundle } from './local/bundle.ts'
import { readDevVars } from './local/dev-vars.ts'
import { anyPort } from './local/ports.ts'
import { anySeed } from './local/random.ts'
import { startServer } from './local/server.ts'

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(anySeed()) },
    },
  })
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('expected --minutes above 0 and a whole --seed')
  await bundle()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-fuzz-'))
  const lines: string[] = []
  const { settings, token = '' } = readDevVars(join(folder, '.dev.vars')) // keys for this run, and a token that may do everything
  const server = await startServer({
    port: await anyPort(),
    state: join(folder, 'state'),
    settings,
    onLog: (line) => lines.push(line),
  })
  try {
    const target = { url: server.url, token, logged: () => lines.splice(0) }
    const until = Date.now() + minutes * 60_000
    const { requests, statuses, faults } = await fuzz(target, seed, () => Date.now() < until)
    for (const fault of faults) console.log(fault)
    const counts = Object.entries(statuses).map(([status, times]) => `${status} ×${times}`)
    console.log(`${requests} requests with seed ${seed}: ${counts.join(', ')}`)
    console.log(faults.length === 0 ? 'No answer was wrong.' : `${faults.length} answers were wrong.`)
    return faults.length === 0 ? 0 : 1
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
