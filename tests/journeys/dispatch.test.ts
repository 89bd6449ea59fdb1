import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Problem } from '../../scripts/local/organiser.ts'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { sha256Hex } from '../../src/kit/bytes.ts'
import { dispatchRegistryOf } from '../../src/objects.ts'
import { TEST_READER_TOKEN, TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { join, Organiser, oneEach, people, person, received, sleep } from '../support/organiser.ts'
import { bindings, linkIn, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 }) // compiling mails and waiting for alarms takes long on a busy machine

const anna = new Organiser()
const SECOND_TOKEN = 'tocsin_test-second-token-of-fixed-bytes-0000000000000'

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

test('a dispatch reaches each supporter once, in the first of their languages that the campaign has, else in English', async () => {
  const { campaign, revision } = await anna.publish('cranes', ['en', 'fr', 'ar'])
  const [english, french, arab, switched, other] = [
    people(0, 104),
    people(104, 110, 'fr'),
    people(110, 112, 'ar'),
    [person(112, 'kk', { locales: ['kk', 'fr', 'en'], name: 'Aigül' })],
    people(113, 120, 'kk'),
  ] as const
  await join([...english, ...french, ...arab, ...switched, ...other])
  const { id, state } = await anna.dispatch({ campaign, revision, email: 'appeal' })
  expect(state).toBe('scheduled')
  const view = await anna.finished(id)
  expect(view.counts).toMatchObject({ planned: 120, accepted: 120 })
  expect(view.perLocale).toMatchObject({ en: { accepted: 111 }, fr: { accepted: 7 }, ar: { accepted: 2 } })
  expect(await received()).toEqual({
    ...oneEach([...english, ...other]),
    ...oneEach([...french, ...switched], 'fr'),
    ...oneEach([...arab], 'ar'),
  })
})

test('a request repeated with its Idempotency-Key is answered with the first dispatch, even after a new revision', async () => {
  const gates = await anna.publish('gates')
  await join(people(0, 2))
  const body = { campaign: 'gates', revision: gates.revision, email: 'appeal' }
  const headers = { 'idempotency-key': 'monday' }
  const [first, second] = await Promise.all([anna.dispatch(body, headers), anna.dispatch(body, headers)])
  expect(second.id).toBe(first.id)
  await anna.finished(first.id)

  const reused = await anna.refused({ ...body, dryRun: true }, 422, headers)
  expect(reused.dispatch).toBe(first.id)
  await anna.publish('gates', ['en'], ['status: won'])
  const again = await anna.ask<{ id: string }>('POST', '/api/dispatches', body, headers)
  expect([again.status, again.json.id]).toEqual([201, first.id])
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(again.headers.get('location')).toBe(`/api/dispatches/${first.id}`)

  await anna.refused(body, 409, { 'idempotency-key': 'tuesday' })
  await anna.refused(body, 400, { 'idempotency-key': 'x'.repeat(256) })
  expect(Object.values(await received()).flat()).toHaveLength(2)
})

test('when the same dispatch is requested several times at once, one starts and the others get a 409 that names it', async () => {
  const { campaign, revision } = await anna.publish('twice')
  await join(people(0, 3))
  const body = { campaign, revision, email: 'appeal' }
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => anna.ask<DispatchView & Problem>('POST', '/api/dispatches', body)),
  )
  const [served, ...more] = answers.filter(({ status }) => status === 201)
  expect(more).toEqual([])
  for (const { status, json } of answers.filter((answer) => answer !== served))
    expect([status, json.dispatch]).toEqual([409, served?.json.id])
  await anna.finished(served?.json.id ?? '')
  expect(await received()).toEqual(oneEach(people(0, 3)))
})

test('overlapping languages are refused; with disjoint ones a supporter who changed language gets one mail', async () => {
  const { campaign, revision } = await anna.publish('tongues', ['en', 'fr', 'ar'])
  const ask = (...locales: string[]) => ({ campaign, revision, email: 'appeal', audience: { locales } })
  const switching = person(9)
  await join([...people(0, 3), ...people(3, 6, 'fr'), switching])

  const english = await anna.dispatch(ask('en'))
  expect((await anna.refused(ask('fr', 'en'), 409)).dispatch).toBe(english.id)
  expect((await anna.refused({ campaign, revision, email: 'appeal' }, 409)).dispatch).toBe(english.id)
  await anna.refused({ ...ask('en'), audience: { topics: ['mining'], countries: ['KZ'] } }, 409)
  await anna.finished(english.id)

  await join([{ ...switching, locales: ['fr'] }])
  const french = await anna.dispatch(ask('fr', 'ar'))
  expect((await anna.finished(french.id)).counts.planned).toBe(3)
  expect(await received()).toEqual({ ...oneEach([...people(0, 3), switching]), ...oneEach(people(3, 6, 'fr'), 'fr') })

  await anna.refused(ask('kk'), 422)
})

test('a later dispatch with confirmedAfter reaches those who joined since, and nobody twice', async () => {
  const { campaign, revision } = await anna.publish('joining')
  await join(people(0, 4))
  const first = await anna.dispatch({ campaign, revision, email: 'appeal' })
  const { followUpAfter: confirmedAfter = '', startedAt = '' } = await anna.finished(first.id)
  // One supporter confirmed before the start whom the dispatch missed, as KV may be a minute behind, and two who joined later.
  const unseen = person(9, 'en', { since: Date.parse(startedAt) - 30_000 })
  const since = Date.now()
  await join([unseen, person(10, 'en', { since }), person(11, 'en', { since })])

  const early = { campaign, revision, email: 'appeal', audience: { confirmedAfter: '2020-01-01T00:00:00Z' } }
  expect(await anna.refused(early, 409)).toMatchObject({ dispatch: first.id, confirmedAfter })
  const later = await anna.dispatch({ campaign, revision, email: 'appeal', audience: { confirmedAfter } })
  expect((await anna.finished(later.id)).counts).toMatchObject({ planned: 3, accepted: 3 })
  expect(Object.values(await received()).map((mails) => mails.length)).toEqual([1, 1, 1, 1, 1, 1, 1])
})

test('topics and countries filter: no topic means all topics, no country means none', async () => {
  const { campaign, revision } = await anna.publish('chosen')
  await join([
    person(0, 'en', { topics: ['mining'], country: 'KZ' }),
    person(1, 'en', { topics: ['media'], country: 'KZ' }),
    person(2, 'en', { country: 'KZ' }),
    person(3, 'en', { topics: ['mining'], country: 'NO' }),
    person(4, 'en', { topics: ['mining'] }),
  ])
  const audience = { topics: ['mining'], countries: ['KZ', 'FR'] }
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', audience })
  await anna.finished(id)
  expect(await received()).toEqual(oneEach([person(0), person(2)]))
})

test('a dry run counts people by language, sends nothing, blocks no dispatch, and needs no open campaign', async () => {
  const { campaign, revision } = await anna.publish('dry', ['en', 'fr'], ['status: closed'])
  await join([...people(0, 130), ...people(130, 140, 'fr')])
  const request = { campaign, revision, email: 'appeal', dryRun: true }
  for (let run = 0; run < 2; run++) {
    const { perLocale, counts } = await anna.finished((await anna.dispatch(request)).id)
    expect([counts.planned, perLocale.en?.planned, perLocale.fr?.planned]).toEqual([140, 130, 10])
    expect(counts.accepted + counts.waiting).toBe(0)
  }
  const french = await anna.finished((await anna.dispatch({ ...request, audience: { locales: ['fr'] } })).id)
  expect(french.perLocale).toMatchObject({ fr: { planned: 10 } })
  expect(await received()).toEqual({})
  const refused = await anna.refused({ ...request, dryRun: false }, 409)
  expect(refused.reason).toBe('closed')
  const { type: _, ...problem } = refused
  expect((await anna.dispatch(request)).realAnswer).toEqual({ refused: problem })
})

test('a test mail goes to one address, is marked, has links that work, and is no dispatch', async () => {
  const { campaign, revision } = await anna.publish('tested', ['en', 'fr'])
  await join(people(0, 2))
  const test = { campaign, revision, email: 'appeal', audience: { locales: ['fr'] }, testTo: 'Me@Example.org' }
  const answer = await anna.ask('POST', '/api/dispatches', test)
  expect([answer.status, answer.json]).toEqual([202, { status: 'queued', locale: 'fr' }])
  const mail = await mailTo('me@example.org', 1)
  expect(mail.subject).toBe('[Test] Open the gate (fr)')
  expect((await new Visitor().ask(linkIn(mail, 'unsubscribe'))).status).toBe(200)
  expect(mail.headers).toMatchObject({ 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' })
  expect((await anna.refused({ ...test, testTo: 'nowhere' }, 422)).errors).toMatchObject([{ path: 'testTo' }])
  expect((await anna.ask('GET', '/api/dispatches')).json).toEqual([])
})

test('a scheduled dispatch starts at its time, with the supporters of that moment', async () => {
  const { campaign, revision } = await anna.publish('later')
  await join(people(0, 2))
  const sendAt = new Date(Date.now() + 2_000).toISOString()
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt })
  await join(people(2, 3))
  expect(await anna.look(id)).toMatchObject({ state: 'scheduled', sendAt, counts: { planned: 0 } })
  const view = await anna.finished(id)
  expect(Date.parse(view.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(sendAt))
  expect(await received()).toEqual(oneEach(people(0, 3)))
})

test('an invalid dispatch request is refused with what was expected', async () => {
  const { campaign, revision } = await anna.publish('asked')
  const ask = { campaign, revision, email: 'appeal' }
  const other = await anna.refused({ ...ask, revision: '0123456789ab' }, 409)
  expect(other.current).toBe(revision)
  await anna.refused({ ...ask, campaign: 'nothing-such' }, 404)
  for (const wrong of [
    { email: 'confirm' },
    { email: 'update', updateId: 'none' },
    { email: 'update' },
    { updateId: 'none' },
    { audience: { locales: [] } },
    { audience: { everybody: true } },
    { ratePerMinute: 0 },
    { sendAt: 'tomorrow' },
    { sendAt: new Date(Date.now() + 400 * 86_400_000).toISOString() },
    { extra: 1 },
  ]) {
    const { errors } = await anna.refused({ ...ask, ...wrong }, 422)
    expect(errors?.length).toBeGreaterThan(0)
  }
  await anna.refused('{"campaign": ', 400)
  await anna.refused({ ...ask, testTo: 'x'.repeat(70_000) }, 413)
})

test('a request needs a known token and the scope for its action', async () => {
  const { campaign, revision } = await anna.publish('scopes')
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt: '2026-12-24T12:00:00Z' })
  const reader = new Organiser(TEST_READER_TOKEN)
  for (const path of [`/api/dispatches/${id}`, '/api/dispatches', '/api/campaigns', '/api/stats'])
    expect((await reader.ask('GET', path)).status).toBe(200)
  const guarded: Array<[string, string]> = [
    ['POST', '/api/dispatches'],
    ...['approve', 'pause', 'resume', 'cancel', 'resolve'].map((act): [string, string] => [
      'POST',
      `/api/dispatches/${id}/${act}`,
    ]),
    ...['look-up', 'suppress', 'erase'].map((act): [string, string] => ['POST', `/api/supporters/${act}`]),
    ['PUT', '/api/campaigns/scopes'],
  ]
  for (const [method, path] of guarded) {
    const refused = await reader.ask<Problem>(method, path, {})
    expect([path, refused.status, refused.headers.get('content-type')]).toEqual([path, 403, 'application/problem+json'])
    expect(refused.headers.get('www-authenticate')).toContain('scope=')
  }
  for (const stranger of [new Organiser(null), new Organiser(`${TEST_TOKEN}x`), new Organiser('short')]) {
    for (const [method, path] of [...guarded, ['GET', `/api/dispatches/${id}`] as const]) {
      const refused = await stranger.ask<Problem>(method, path, method === 'GET' ? undefined : {})
      expect([path, refused.status, refused.headers.get('content-type')]).toEqual([
        path,
        401,
        'application/problem+json',
      ])
      expect(refused.headers.get('www-authenticate')).toContain('Bearer')
    }
  }
  expect((await anna.look(id)).state).toBe('scheduled')
  for (const [method, path] of [
    ['GET', '/api/dispatches/none'],
    ['POST', '/api/dispatches/none/pause'],
    ['POST', `/api/dispatches/${id}/explode`],
    ['GET', '/api/nothing'],
  ] as const)
    expect((await anna.ask(method, path)).status).toBe(404)
})

test('where approval is required, nothing is sent before a second organiser has approved', async () => {
  const tokens = `${TEST_SETTINGS.API_TOKENS},second:send+read:${await sha256Hex(SECOND_TOKEN)}`
  const changed = { REQUIRE_APPROVAL: 'yes', API_TOKENS: tokens }
  const [asking, approving] = [new Organiser(TEST_TOKEN, changed), new Organiser(SECOND_TOKEN, changed)]
  const { campaign, revision } = await asking.publish('approved')
  await join(people(0, 2))
  const { id, state } = await asking.dispatch({ campaign, revision, email: 'appeal' })
  expect(state).toBe('awaiting-approval')
  expect((await asking.act(id, 'approve')).status).toBe(409)
  await dispatchRegistryOf(bindings).wake(Date.now())
  expect((await asking.act(id, 'pause')).status).toBe(409)
  await sleep(300)
  expect(await received()).toEqual({})
  expect((await approving.act(id, 'approve')).status).toBe(200)
  expect((await approving.act(id, 'approve')).status).toBe(409)
  await asking.finished(id)
  expect(await received()).toEqual(oneEach(people(0, 2)))
  const dry = await asking.dispatch({ campaign, revision, email: 'appeal', dryRun: true })
  expect(dry.realAnswer?.refused).toMatchObject({ status: 409, dispatch: id, notReachedBy: id })
  expect(await asking.finished(dry.id)).toMatchObject({ counts: { planned: 0 }, leftOut: { reached: 2 } }) // a dry run needs no approval, and everybody has the appeal already
})

test('a dispatch without recipients does not block the next one', async () => {
  const early = await anna.publish('early')
  const request = { campaign: 'early', revision: early.revision, email: 'appeal' }
  const { id } = await anna.dispatch(request)
  expect((await anna.finished(id)).counts.planned).toBe(0)
  await join(people(0, 3))
  const view = await anna.finished((await anna.dispatch(request)).id)
  expect(view.counts).toMatchObject({ planned: 3, accepted: 3 })
  await anna.refused(request, 409)
})
