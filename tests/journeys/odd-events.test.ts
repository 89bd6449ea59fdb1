import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { noticesOf, suppressionOf } from '../../src/objects.ts'
import { onQueue } from '../../src/provider-events/queue.ts'
import SNS from '../support/certificates/sns.pem?raw'
import { fingerprintOf, person } from '../support/organiser.ts'
import { BOUNCES, type Name, SECRETS, SIGNERS } from '../support/signed-events.ts'
import { addressOf } from '../support/supporter-world.ts'
import { appWith, bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const names = Object.keys(SECRETS) as Name[]
const settings = Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_WEBHOOK_SECRET`, SECRETS[name]]))

beforeEach(async () => {
  await reset()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

async function post(name: Name, event: unknown): Promise<Response> {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(SNS)) // for SNS's certificate only
  const { headers, body } = SIGNERS[name](JSON.stringify(event), Date.now())
  return appWith(settings)(new Request(`http://127.0.0.1:8787/webhooks/${name}`, { method: 'POST', headers, body }))
}

const noticed = async (kind: string): Promise<Array<[string, number]>> =>
  (await noticesOf(bindings).list()).filter((one) => one.kind === kind).map(({ subject, count }) => [subject, count])

const NAME_FIELD = {
  brevo: 'event',
  mailgun: 'event',
  postmark: 'RecordType',
  resend: 'type',
  ses: 'eventType',
} as const
const withName = (name: Name, value: string): unknown =>
  name === 'sendgrid'
    ? [{ ...(BOUNCES.sendgrid as object[])[0], event: value }]
    : { ...BOUNCES[name], [NAME_FIELD[name]]: value }

test.each(names)('%s: an unknown event is answered 200, counted by its name and noticed', async (name) => {
  const event = `teleported-${name}`
  expect((await post(name, withName(name, event))).status).toBe(200)
  expect(await noticed('provider-event-unknown')).toEqual([[`${name}: ${event}`, 1]])
})

const ADDRESS_GONE: Record<Name, (text: string) => string> = {
  brevo: (text) => text.replace('"email":"iris@example.org"', '"email":null'),
  mailgun: (text) => text.replace('"recipient":"iris@example.org"', '"recipient":7'),
  postmark: (text) => text.replace('"Email":"iris@example.org"', '"Email":[]'),
  resend: (text) => text.replace('"to":["iris@example.org"]', '"to":null'),
  sendgrid: (text) => text.replace('"email":"iris@example.org"', '"mail":"iris@example.org"'),
  ses: (text) => text.replace('"emailAddress":"iris@example.org"', '"emailAddress":{}'),
}
test.each(names)('%s: a known event without its address is 422 and noticed, and names nobody', async (name) => {
  const broken = ADDRESS_GONE[name](JSON.stringify(BOUNCES[name]))
  expect(broken).not.toBe(JSON.stringify(BOUNCES[name]))
  const answer = await post(name, JSON.parse(broken))
  expect(answer.status).toBe(422)
  const notices = await noticed('provider-event-unreadable')
  expect(notices).toHaveLength(1)
  expect(JSON.stringify([notices, await answer.text()])).not.toContain('example.org')
})

test.each(['brevo', 'sendgrid'] as const)(
  '%s: the good events of a batch act, and the bad ones are counted',
  async (name) => {
    const now = Date.now()
    const good = { ...[BOUNCES[name]].flat()[0], ts_epoch: now, timestamp: Math.floor(now / 1_000) }
    const spam = { ...good, event: name === 'brevo' ? 'complaint' : 'spamreport' }
    const batch = [{}, { ...spam, email: null }, good, { ...good, event: 'sparkled' }, null, { ...spam, email: 4 }]
    expect((await post(name, batch)).status).toBe(200)
    const iris = person(0, 'en', { email: addressOf('iris@example.org') })
    const fingerprint = await fingerprintOf(iris)
    await vi.waitFor(async () => expect((await suppressionOf(bindings).status(fingerprint)).reason).toBe('bounced'), {
      timeout: 20_000,
      interval: 25,
    })
    const unreadable = new Map(await noticed('provider-event-unreadable'))
    expect([...unreadable.values()].reduce((sum, count) => sum + count, 0)).toBe(4)
    expect(await noticed('provider-event-unknown')).toEqual([[`${name}: sparkled`, 1]])
  },
)

test('an unreadable message of Cloudflare’s queue is noticed and not sent again', async () => {
  const message = { body: { type: 'cf.email.sending.message.bounced' }, ack: vi.fn(), retry: vi.fn() }
  await onQueue({ messages: [message] } as never, bindings)
  expect(message.ack).toHaveBeenCalledOnce()
  expect(message.retry).not.toHaveBeenCalled()
  expect(await noticed('provider-event-unreadable')).toEqual([['cloudflare: cf.email.sending.message.bounced', 1]])
})

test('a flood of invented names fills no more than its share of the notices', async () => {
  const flood = Array.from({ length: 90 }, (_, n) => ({ ...BOUNCES.brevo, event: `invented ${n}` }))
  expect((await post('brevo', flood)).status).toBe(200)
  const notices = await noticed('provider-event-unknown')
  expect(notices.length).toBeLessThanOrEqual(21)
  expect(notices.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(21)
})
