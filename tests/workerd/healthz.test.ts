import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'

test('with the bindings of wrangler.toml and a complete set of settings the Worker calls itself healthy', async () => {
  const response = await exports.default.fetch('http://127.0.0.1:8787/healthz')
  expect(await response.json()).toMatchObject({ ok: true })
  expect(response.status).toBe(200)
})
