import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSettings } from '../../src/env.ts'
import { deepHealth, healthOf } from '../../src/use-cases/health.ts'
import { TEST_SETTINGS } from '../settings.ts'

/** Names of all bindings in wrangler.toml. */
const wrangler = readFileSync(join(import.meta.dirname, '../../wrangler.toml'), 'utf8')
const BOUND = [...wrangler.matchAll(/^(?:binding|name) = "([A-Z_]+)"|\{ name = "([A-Z_]+)"/gm)].map(
  ([, a, b]) => a ?? b ?? '',
)
const env = Object.fromEntries(BOUND.map((name) => [name, {}]))

const healthWith = async (settings: object, bound: object = env) => healthOf(bound, await parseSettings(settings))

test('a complete deployment is healthy, and its checks name the transports', async () => {
  expect(BOUND).toHaveLength(20)
  expect(await healthWith(TEST_SETTINGS)).toEqual({
    ok: true,
    checks: [
      { name: 'settings', ok: true },
      { name: 'bindings', ok: true },
      { name: 'transports', ok: true, message: 'bulk by outbox, transactional by outbox' },
    ],
  })
})

test('appeals by Resend add a caution about its terms', async () => {
  const resend = { ...TEST_SETTINGS, BULK_TRANSPORT: 'resend', RESEND_API_KEY: 're_secret' }
  const health = await healthWith(resend)
  expect(health.ok).toBe(true)
  expect(JSON.stringify(health)).toContain('transactional: ask Resend')
  expect(JSON.stringify(health)).not.toContain('re_secret')
})

test.each(BOUND)(
  'without the binding %s the deployment is unhealthy, and the check names the binding',
  async (name) => {
    const { [name]: _, ...rest } = env
    const { ok, checks } = await healthWith(TEST_SETTINGS, rest)
    expect(ok).toBe(false)
    expect(checks.find((check) => check.name === 'bindings')?.message).toContain(name)
  },
)

test.each(Object.keys(TEST_SETTINGS))(
  'without the setting %s the deployment is unhealthy; the check names the fault and shows no secret',
  async (name) => {
    const { ok, checks } = await healthWith({ ...TEST_SETTINGS, [name]: undefined })
    expect(ok).toBe(false)
    const message = checks.find((check) => check.name === 'settings')?.message ?? ''
    expect(message).toContain(name)
    for (const secret of [TEST_SETTINGS.KEYRING, TEST_SETTINGS.FINGERPRINT_KEY]) {
      expect(message).not.toContain(secret)
      expect(message).not.toContain(secret.slice(3, 30))
    }
  },
)

test('an outbox on a public URL is a fault', async () => {
  const { ok, checks } = await healthWith({ ...TEST_SETTINGS, PUBLIC_URL: 'https://act.example.org' })
  expect(ok).toBe(false)
  expect(checks[0]?.message).toMatch(/BULK_TRANSPORT.*TRANSACTIONAL_TRANSPORT/)
})

test('the deep check reports each transport once, and a transport that does not answer in time', async () => {
  const says = (name: string, ok: boolean, message: string) => ({ name, check: async () => ({ ok, message }) })
  const never = { name: 'ses', check: () => new Promise<never>(() => {}) }
  const transports = [says('mailgun', true, 'would take mail'), never, says('mailgun', true, 'would take mail')]
  const health = await deepHealth(await healthWith(TEST_SETTINGS), transports, 'campaigns@example.org', 20)
  expect(health.ok).toBe(false)
  expect(health.checks.slice(3)).toEqual([
    { name: 'transport mailgun', ok: true, message: 'would take mail' },
    { name: 'transport ses', ok: false, message: expect.stringContaining('did not answer within 0.02 seconds') },
  ])
})
