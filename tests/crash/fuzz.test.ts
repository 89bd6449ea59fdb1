import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { fuzz } from '../../scripts/fuzz/run.ts'
import { bundlePath } from '../../scripts/local/bundle.ts'
import { readDevVars } from '../../scripts/local/dev-vars.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { anySeed } from '../../scripts/local/random.ts'
import { startServer } from '../../scripts/local/server.ts'

const { fuzzMs } = inject('sizes')
/** Milliseconds to start the server and to answer the last requests on a busy machine. */
const START_AND_END_MS = 60_000

test('no request, of whatever method, type, size and shape, is answered wrongly', {
  timeout: fuzzMs + START_AND_END_MS,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-fuzz-'))
  const lines: string[] = []
  const { settings, token = '' } = readDevVars(join(folder, '.dev.vars'))
  const state = join(folder, 'state')
  const onLog = (line: string) => lines.push(line)
  const server = await startServer({ port: await anyPort(), state, settings, bundle: bundlePath, onLog })
  const seed = anySeed()
  try {
    const until = Date.now() + fuzzMs
    const target = { url: server.url, token, logged: () => lines.splice(0) }
    const { requests, faults } = await fuzz(target, seed, () => Date.now() < until)
    expect(faults, `seed ${seed}`).toEqual([])
    expect(requests).toBeGreaterThan(100)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
