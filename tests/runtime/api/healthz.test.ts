import { exports } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { TEST_READER_TOKEN } from '../../settings.ts'

vi.setConfig({ testTimeout: 60_000 }) // the first request loads the whole Worker

test('with the bindings of wrangler.toml and complete settings the Worker reports itself healthy', async () => {
  const response = await exports.default.fetch('http://127.0.0.1:8787/healthz')
  expect(await response.json()).toMatchObject({ ok: true })
  expect(response.status).toBe(200)
})

test('with ?deep each transport is checked, for requests with a token only', async () => {
  const url = 'http://127.0.0.1:8787/healthz?deep'
  const stranger = await exports.default.fetch(url)
  expect([stranger.status, stranger.headers.get('content-type')]).toEqual([401, 'application/problem+json'])
  await stranger.body?.cancel()
  const reader = await exports.default.fetch(url, { headers: { authorization: `Bearer ${TEST_READER_TOKEN}` } })
  expect(reader.status).toBe(200)
  const { checks } = await reader.json<{ checks: Array<{ name: string }> }>()
  expect(checks.map(({ name }) => name)).toEqual([
    'settings',
    'bindings',
    'transports',
    'transport outbox',
    'sending',
    'notices',
  ])
})
