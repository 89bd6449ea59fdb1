import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { suppressionOf } from '../../src/objects.ts'
import SNS from '../support/certificates/sns.pem?raw'
import { fingerprintOf, Organiser, person, sleep } from '../support/organiser.ts'
import { BOUNCES, type Name, SECRETS, SIGNERS, signed } from '../support/signed-events.ts'
import { addressOf } from '../support/supporter-world.ts'
import { appWith, bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })

const names = Object.keys(SECRETS) as Name[]
const settings = Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_WEBHOOK_SECRET`, SECRETS[name]]))
const iris = person(0, 'en', { email: addressOf('iris@example.org') })

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

/** The documented event, as if it had happened now. */
function bounceOf(name: Name): string {
  const now = Date.now()
  return JSON.stringify(BOUNCES[name])
    .replaceAll('1795521600', `${Math.floor(now / 1_000)}`)
    .replaceAll(/2026-11-24T12:00:00/g, new Date(now).toISOString().slice(0, 19))
}

function post(name: string, { headers, body }: ReturnType<typeof signed>, changed: object = settings) {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(SNS)) // only SNS's certificate is fetched
  return appWith(changed)(new Request(`http://127.0.0.1:8787/webhooks/${name}`, { method: 'POST', headers, body }))
}

async function suppressionReason(): Promise<string | undefined> {
  return (await suppressionOf(bindings).status(await fingerprintOf(iris))).reason
}

test.each(names)(
  '%s: a mail that came back holds its reader back, and telling it again changes nothing',
  async (name) => {
    const request = SIGNERS[name](bounceOf(name), Date.now())
    expect((await post(name, request)).status).toBe(200)
    for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; )
      await sleep(25)
    expect(await suppressionReason()).toBe('bounced')
    expect((await post(name, request)).status).toBe(200)
    const { json } = await new Organiser().ask<{ suppressed: Record<string, number> }>('GET', '/api/stats')
    expect(JSON.stringify(json)).toContain('"bounced":1')
  },
)

test.each(names)(
  '%s: what is not genuine is refused in a way that makes it come again, and changes nothing',
  async (name) => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const answer = await post(name, signed(bounceOf(name)))
    expect([401, 503]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.stringify([await answer.text(), said.mock.calls])).not.toContain('iris')
    expect(await suppressionReason()).toBeUndefined()
  },
)

test('a provider that is not set up is told which setting is missing, and one that nobody knows which there are', async () => {
  const unset = await post('resend', signed('{}'), {})
  expect(unset.status).toBe(404)
  expect(await unset.text()).toContain('RESEND_WEBHOOK_SECRET')
  const unknown = await post('pigeon', signed('{}'))
  expect(unknown.status).toBe(404)
  for (const name of names) expect(await unknown.clone().text()).toContain(name)
  const malformed = await post('ses', signed('{}'), { SES_WEBHOOK_SECRET: 'topic' })
  expect(malformed.status).toBe(503)
  expect(await malformed.text()).toContain('SES_WEBHOOK_SECRET must be the ARN')
})

test('a body that no event could be is not read to its end', async () => {
  const huge = signed(`"${'x'.repeat(20_000_000)}"`)
  expect((await post('postmark', huge)).status).toBe(413)
})

test('Brevo tells up to a hundred events at once', async () => {
  const batch = signed(`[${bounceOf('brevo')}]`, { authorization: `Bearer ${SECRETS.brevo}` })
  expect((await post('brevo', batch)).status).toBe(200)
  for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; ) await sleep(25)
  expect(await suppressionReason()).toBe('bounced')
})

test('a token of Mailgun that came with something else cannot be used for a complaint', async () => {
  const opened = JSON.stringify({ ...BOUNCES.mailgun, event: 'opened' })
  const at = Date.now()
  expect((await post('mailgun', SIGNERS.mailgun(opened, at))).status).toBe(200)
  const forged = JSON.stringify({ ...JSON.parse(bounceOf('mailgun')), event: 'complained' })
  expect((await post('mailgun', SIGNERS.mailgun(forged, at))).status).toBe(200)
  await sleep(500)
  expect(await suppressionReason()).toBeUndefined()
})

test('one event of Brevo that cannot be read does not keep the others out', async () => {
  const { ts_epoch: _, ...unreadable } = BOUNCES.brevo as Record<string, unknown>
  const batch = signed(`[${JSON.stringify(unreadable)},${bounceOf('brevo')}]`, {
    authorization: `Bearer ${SECRETS.brevo}`,
  })
  expect((await post('brevo', batch)).status).toBe(200)
  for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; ) await sleep(25)
  expect(await suppressionReason()).toBe('bounced')
})
