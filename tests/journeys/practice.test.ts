import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { practiceOutboxOf, suppressionOf } from '../../src/objects.ts'
import { isReserved } from '../../src/security/address.ts'
import { driver as resend } from '../../src/transports/drivers/resend.ts'
import { TEST_READER_TOKEN } from '../settings.ts'
import { fingerprintOf, join, Organiser, oneEach, outboxMails, people, received } from '../support/organiser.ts'
import { faultyOutbox, slowOutbox } from '../support/slow-outbox.ts'
import { addressOf } from '../support/supporter-world.ts'
import { appWith, bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const anna = new Organiser()
const CROWD = people(0, 4)
type Mail = { id: number; to: string; locale: string; subject: string; text: string; html: string }

async function published(slug: string) {
  const { campaign, revision } = await anna.publish(slug, ['en', 'fr', 'ar'])
  return { campaign, revision, email: 'appeal' as const }
}
const mailsOf = async (id: string) => (await anna.ask<Mail[]>('GET', `/api/dispatches/${id}/mails`)).json

test('a practice goes the whole way with invented readers, and then the real dispatch reaches everybody', async () => {
  const request = await published('practised')
  await join(CROWD)
  const practice = await anna.dispatch({ ...request, practice: true })
  expect(practice).toMatchObject({ practice: true, id: expect.stringMatching(/^practice-/) })
  expect(await anna.finished(practice.id)).toMatchObject({
    practice: true,
    counts: { planned: 12, accepted: 12 },
    perLocale: { en: { accepted: 4 }, fr: { accepted: 4 }, ar: { accepted: 4 } },
  })
  const mails = await mailsOf(practice.id)
  expect(new Set(mails.map(({ to }) => to)).size).toBe(12)
  expect(mails.every(({ to }) => isReserved(to))).toBe(true)
  for (const locale of ['en', 'fr', 'ar']) {
    const own = mails.filter((mail) => mail.locale === locale)
    expect(own.every(({ subject }) => subject.includes(`(${locale})`))).toBe(true)
    expect(new Set(own.map(({ text }) => text.replace(/https?:\S+/g, ''))).size).toBe(4)
  }
  expect(await outboxMails()).toEqual([])

  const real = await anna.dispatch(request)
  await anna.finished(real.id)
  expect(await received()).toEqual(oneEach(CROWD))
  const again = await anna.dispatch({ ...request, practice: true })
  await anna.finished(again.id)
  const listed = (await anna.ask<DispatchView[]>('GET', '/api/dispatches')).json
  expect(
    listed
      .filter((one) => one.practice)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([practice.id, again.id].sort())
  const follow = await anna.refused({ ...request, audience: { notReachedBy: practice.id } }, 422)
  expect(follow.errors?.[0]?.path).toBe('audience.notReachedBy')
})

test('a transport that sends gets no call of a practice, whatever BULK_TRANSPORT is', async () => {
  const request = await published('captive')
  let calls = 0
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    calls++
    return new Response('{}', { status: 500 })
  })
  const read = resend.configure({ RESEND_API_KEY: 're_1', RESEND_URL: 'http://127.0.0.1:1' })
  if ('faults' in read) throw new Error('expected a transport')
  const real = read.make(bindings, 'bulk')
  const made = vi.fn(() => real)
  const { settingsOf } = await import('../../src/env.ts')
  const { settings } = await settingsOf(bindings)
  if (settings === undefined) throw new Error('expected settings')
  const { id } = await anna.dispatch({ ...request, practice: true, holdAfter: 4 })
  await runInDurableObject(bindings.LANE.getByName(`${id}/0`), async (lane) => {
    const own = (await settingsOf(Reflect.get(lane, 'env'))).settings
    if (own === undefined) throw new Error('expected settings')
    own.transports.bulk = { name: 'resend', make: made }
    own.transports.transactional = { name: 'resend', make: made }
  })
  try {
    await anna.until(id, ({ state }) => state === 'paused')
    await anna.act(id, 'resume')
    expect(await anna.finished(id)).toMatchObject({ counts: { accepted: 12 } })
  } finally {
    await runInDurableObject(bindings.LANE.getByName(`${id}/0`), async (lane) => {
      const own = (await settingsOf(Reflect.get(lane, 'env'))).settings
      if (own === undefined) throw new Error('expected settings')
      own.transports.bulk = settings.transports.bulk
      own.transports.transactional = settings.transports.transactional
    })
  }
  expect([calls, made.mock.calls.length]).toEqual([0, 0])
})

test('a practice pauses, resumes, is cancelled, held and filtered by language as a real dispatch is', async () => {
  const slow = slowOutbox(50)
  const request = await published('controlled')
  const held = await anna.dispatch({ ...request, practice: true, holdAfter: 5, audience: { locales: ['en', 'fr'] } })
  expect(await anna.until(held.id, ({ state }) => state === 'paused')).toMatchObject({
    paused: { kind: 'hold-after' },
    counts: { planned: 8, accepted: 5, waiting: 3 },
  })
  expect(await mailsOf(held.id)).toHaveLength(5)
  expect((await anna.act(held.id, 'cancel')).json).toMatchObject({ counts: { accepted: 5, cancelled: 3 } })
  expect(slow.calls.length).toBeGreaterThan(1)
  expect((await anna.ask('GET', '/api/notices')).json).toEqual([])
})

test('calls of a practice that are cut before or after they were taken lose nobody and write to nobody twice', async () => {
  const seen = new Set<string>()
  const faulty = faultyOutbox((key) => {
    const isFirst = !seen.has(key)
    seen.add(key)
    return isFirst ? (seen.size % 2 === 0 ? 'cut-before' : 'accept-then-cut') : 'accept'
  })
  const { id } = await anna.dispatch({ ...(await published('cut')), practice: true })
  expect(await anna.finished(id)).toMatchObject({ counts: { accepted: 12 } })
  expect(faulty.calls.length).toBeGreaterThan(seen.size)
  expect((await mailsOf(id)).map(({ to }) => to).sort()).toEqual(
    [...new Set((await mailsOf(id)).map(({ to }) => to))].sort(),
  )
  expect(await mailsOf(id)).toHaveLength(12)
})

test('the links of its mails answer well and store nothing, and its mails are gone after a day', async () => {
  const { id } = await anna.dispatch({ ...(await published('linked')), practice: true })
  await anna.finished(id)
  const [mail] = await mailsOf(id)
  const link = /https?:\S+\/unsubscribe\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? ''
  const app = appWith({})
  const leave = (body: string) =>
    app(new Request(link, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }))
  expect((await leave('List-Unsubscribe=One-Click')).status).toBe(200)
  expect((await leave('via=page')).status).toBe(200)
  const reader = await fingerprintOf({ email: addressOf(mail?.to ?? '') })
  expect(await suppressionOf(bindings).status(reader)).not.toHaveProperty('reason')
  expect((await bindings.SUPPORTERS.list()).keys).toEqual([])

  const eml = await app(
    new Request(`http://127.0.0.1:8787/api/dispatches/${id}/mails/${mail?.id}`, {
      headers: { authorization: `Bearer ${TEST_READER_TOKEN}` },
    }),
  )
  expect([eml.status, eml.headers.get('content-type')]).toEqual([200, 'message/rfc822'])
  expect(new TextDecoder().decode(await eml.arrayBuffer())).toContain(`<${mail?.to}>`)
  expect((await new Organiser(null).ask('GET', `/api/dispatches/${id}/mails`)).status).toBe(401)
  const box = practiceOutboxOf(bindings, id)
  const at = await runInDurableObject(box, (_, { storage }) => storage.getAlarm())
  expect((at ?? 0) - Date.now()).toBeLessThanOrEqual(86_400_000)
  await runDurableObjectAlarm(box)
  expect(await mailsOf(id)).toEqual([])
  expect(await runInDurableObject(box, async (_, { storage }) => (await storage.list()).size)).toBe(0)
  expect((await anna.ask('GET', `/api/dispatches/${id}/mails/1`)).status).toBe(404)
})

test('only a practice has mails to read, and a practice takes no field that concerns real people', async () => {
  const request = await published('misfit')
  await join(CROWD)
  const real = await anna.dispatch(request)
  await anna.finished(real.id)
  expect((await anna.ask('GET', `/api/dispatches/${real.id}/mails`)).status).toBe(404)
  for (const [field, more] of [
    ['dryRun', { dryRun: true }],
    ['testTo', { testTo: 'me@example.org' }],
    ['notify', { notify: ['me@example.org'] }],
    ['audience.notReachedBy', { audience: { notReachedBy: real.id } }],
    ['audience.reachedBy', { audience: { reachedBy: real.id } }],
  ] as const)
    expect((await anna.refused({ ...request, practice: true, ...more }, 422)).errors?.[0]?.path).toBe(field)
})
