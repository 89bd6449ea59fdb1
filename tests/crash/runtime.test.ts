import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anyPort } from '../../scripts/local/ports.ts'
import { runtimePids } from '../../scripts/local/runtime.ts'
import { type Server, startServer } from '../../scripts/local/server.ts'
import { TEST_SETTINGS } from '../settings.ts'

const state = mkdtempSync(join(tmpdir(), 'tocsin-crash-'))
let server: Server
beforeAll(async () => {
  server = await startServer({ port: await anyPort(), state, settings: TEST_SETTINGS, quiet: true })
})
afterAll(async () => {
  await server.stop()
  rmSync(state, { recursive: true })
})

test('a killed runtime stops at once, and its successor answers at the same address with the same state', async () => {
  const content = await server.miniflare.getKVNamespace('CONTENT')
  await content.put('kept', 'yes')
  const before = runtimePids()

  await server.crash()

  expect(runtimePids().filter((pid) => before.includes(pid))).toHaveLength(before.length - 1)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(await (await server.miniflare.getKVNamespace('CONTENT')).get('kept')).toBe('yes')
})
