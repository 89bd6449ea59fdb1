import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noticesOf, suppressionOf } from '../../src/objects.ts'
import { EventInbox } from '../../src/provider-events/event-inbox.ts'
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

/** The documented bounce of a provider, with the present time. */
function bounceOf(name: Name): string {
  const now = Date.now()
  return JSON.stringify(BOUNCES[name])
    .replaceAll('1795521600', `${Math.floor(now / 1_000)}`)
    .replaceAll(/2026-11-24T12:00:00/g, new Date(now).toISOString().slice(0, 19))
}

function post(name: string, { headers, body }: ReturnType<typeof signed>, changed: object = settings) {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(SNS)) // fetch is used for SNS's certificate only
  return appWith(changed)(new Request(`http://127.0.0.1:8787/webhooks/${name}`, { method: 'POST', headers, body }))
}

async function suppressionReason(): Promise<string | undefined> {
  return (await suppressionOf(bindings).status(await fingerprintOf(iris))).reason
}

test.each(names)('%s: a bounce suppresses the address, and a repeated event changes nothing', async (name) => {
  const request = SIGNERS[name](bounceOf(name), Date.now())
  expect((await post(name, request)).status).toBe(200)
  for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; ) await sleep(25)
  expect(await suppressionReason()).toBe('bounced')
  expect((await post(name, request)).status).toBe(200)
  const { json } = await new Organiser().ask<{ suppressed: Record<string, number> }>('GET', '/api/stats')
  expect(JSON.stringify(json)).toContain('"bounced":1')
})

test.each(names)(
  '%s: an event with a wrong signature is refused with a status that makes the provider retry, and changes nothing',
  async (name) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const answer = await post(name, signed(bounceOf(name)))
    expect([401, 503]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.stringify([await answer.text(), warned.mock.calls])).not.toContain('iris')
    expect(await suppressionReason()).toBeUndefined()
    const [notice] = await noticesOf(bindings).list()
    expect(notice).toMatchObject({ kind: 'webhook-refused', subject: name, count: 1 })
    expect(JSON.stringify(notice)).not.toContain('iris')
  },
)

test('without its setting a provider’s webhook names the setting, and an unknown provider’s names the known ones', async () => {
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

test('a body larger than any event is not read to its end', async () => {
  const huge = signed(`"${'x'.repeat(20_000_000)}"`)
  expect((await post('postmark', huge)).status).toBe(413)
})

test('Brevo reports up to a hundred events in one request', async () => {
  const batch = signed(`[${bounceOf('brevo')}]`, { authorization: `Bearer ${SECRETS.brevo}` })
  expect((await post('brevo', batch)).status).toBe(200)
  for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; ) await sleep(25)
  expect(await suppressionReason()).toBe('bounced')
})

test('a Mailgun token that came with one event cannot sign another', async () => {
  const opened = JSON.stringify({ ...BOUNCES.mailgun, event: 'opened' })
  const at = Date.now()
  expect((await post('mailgun', SIGNERS.mailgun(opened, at))).status).toBe(200)
  const forged = JSON.stringify({ ...JSON.parse(bounceOf('mailgun')), event: 'complained' })
  expect((await post('mailgun', SIGNERS.mailgun(forged, at))).status).toBe(200)
  await sleep(500)
  expect(await suppressionReason()).toBeUndefined()
})

test('one unreadable Brevo event does not keep the others of its request out', async () => {
  const { ts_epoch: _, ...unreadable } = BOUNCES.brevo as Record<string, unknown>
  const batch = signed(`[${JSON.stringify(unreadable)},${bounceOf('brevo')}]`, {
    authorization: `Bearer ${SECRETS.brevo}`,
  })
  expect((await post('brevo', batch)).status).toBe(200)
  for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; ) await sleep(25)
  expect(await suppressionReason()).toBe('bounced')
})

/** A batch of one provider: the bounce of Iris, and as many deliveries to others as `events` says. */
function batchOf(name: 'sendgrid' | 'brevo', events: number): string {
  const bounce = [JSON.parse(bounceOf(name))].flat()[0]
  const others = Array.from({ length: events }, (_, n) => ({
    ...bounce,
    event: 'delivered',
    email: `reader-${n}@example.org`,
    ...(name === 'sendgrid' ? { sg_event_id: `other-${n}` } : { 'message-id': `<other-${n}@example.org>` }),
  }))
  return JSON.stringify([...others, bounce])
}

test.each([
  ['sendgrid', 1_000],
  ['brevo', 99],
] as const)(
  '%s: a large batch is read by an event inbox, and its bounce suppresses all the same',
  async (name, events) => {
    const recorded = vi.spyOn(EventInbox.prototype, 'recordBatch')
    const body = batchOf(name, events)
    expect((await post(name, SIGNERS[name](body, Date.now()))).status).toBe(200)
    expect(recorded).toHaveBeenCalledOnce()
    for (const end = Date.now() + 5_000; (await suppressionReason()) === undefined && Date.now() < end; )
      await sleep(25)
    expect(await suppressionReason()).toBe('bounced')
  },
)

test.each(['sendgrid', 'brevo'] as const)(
  '%s: a large batch is refused before any inbox, or when unreadable',
  async (name) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const recorded = vi.spyOn(EventInbox.prototype, 'recordBatch')
    expect([401, 503]).toContain((await post(name, signed(batchOf(name, 99)))).status)
    expect(recorded).not.toHaveBeenCalled()
    const unreadable = JSON.stringify(Array.from({ length: 2_000 }, (_, n) => n))
    const padded = `${unreadable}${' '.repeat(20_000)}`
    expect((await post(name, SIGNERS[name](padded, Date.now()))).status).toBe(422)
    expect(recorded).toHaveBeenCalledOnce()
    expect(await suppressionReason()).toBeUndefined()
  },
)
